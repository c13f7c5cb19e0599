import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { SallyportProvider } from 'sallyport/client/react';
import { App } from './app/app.tsx';
import { client, queryClient } from './app/client.ts';
import './styles/base.css';
import './styles/shell.css';

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no place for the console.');
createRoot(root).render(
  <StrictMode>
    <SallyportProvider client={client}>
      <QueryClientProvider client={queryClient}>
        <App />
      </QueryClientProvider>
    </SallyportProvider>
  </StrictMode>,
);
