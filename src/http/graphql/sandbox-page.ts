const scripts = 'https://embeddable-sandbox.cdn.apollographql.com';
const sandbox = 'https://sandbox.embed.apollographql.com';

/** The policy of what the page may load and ask; no other page may frame it. */
export const sandboxPolicy = [
  "default-src 'none'",
  `script-src 'unsafe-inline' ${scripts}`,
  `frame-src ${sandbox}`,
  `style-src 'unsafe-inline' ${scripts}`,
  `img-src data: ${scripts}`,
  `connect-src 'self' ${scripts}`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Makes the page of Apollo Sandbox for a person who opens `/graphql` in development. It sends no telemetry, and says
 * what else there is: the explorer, which opens instead if the scripts of Sandbox cannot be loaded.
 */
export const sandboxPage = ({ hasExplorer }: { hasExplorer: boolean }): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Sallyport: Apollo Sandbox</title>
    <style>body { margin: 0; font: 16px/1.5 system-ui; display: flex; flex-direction: column; height: 100vh } p { margin: 2rem } nav { padding: 4px 16px; font-size: 13px } #sandbox { flex: 1; min-height: 0 }</style>
  </head>
  <body>
${hasExplorer ? '    <nav>Apollo Sandbox · <a href="explorer">the explorer, which works without a network</a> · <a href="console">the console</a></nav>\n' : ''}    <div id="sandbox"></div>
    <p id="otherwise" hidden>
      The scripts of Apollo Sandbox could not be loaded from ${scripts}. Open
      <a href="https://studio.apollographql.com/sandbox/explorer">studio.apollographql.com/sandbox</a> and give it this
      page's URL, or send requests by POST: this server answers any GraphQL client.
    </p>
    <noscript><p>Apollo Sandbox needs JavaScript. Without it, send requests by POST to this page's URL.</p></noscript>
    <script src="${scripts}/_latest/embeddable-sandbox.umd.production.min.js"></script>
    <script>
      if (window.EmbeddedSandbox === undefined) ${hasExplorer ? "location.replace('explorer')" : "document.getElementById('otherwise').hidden = false"};
      else new window.EmbeddedSandbox({
        target: '#sandbox',
        initialEndpoint: location.origin + location.pathname,
        includeCookies: true,
        runTelemetry: false,
      });
    </script>
  </body>
</html>
`;
