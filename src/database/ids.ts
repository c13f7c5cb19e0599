const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Tells whether the text is a UUID of any version in its canonical form (RFC 9562 §4). */
export const isUuid = (text: string): boolean => uuid.test(text);
