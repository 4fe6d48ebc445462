const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as text or quoted attribute of HTML. What no document can hold, halves of surrogate pairs and NUL, is U+FFFD. */
export const escapeHtml = (text: string): string =>
  text.replace(/[\p{Surrogate}\0]/gu, '\uFFFD').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** Attributes as they stand in a tag, with a space before each; `true` is the bare name, `false` and undefined none. */
export const renderAttributes = (attributes: Readonly<Record<string, string | number | boolean | undefined>>): string =>
  Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => ` ${name}${value === true ? '' : `="${escapeHtml(String(value))}"`}`)
    .join('');

/** A `<script type="application/json">` that no text in it can end; none where the value is no JSON (a cycle, a BigInt). */
export function renderData(value: unknown): string {
  try {
    return `<script type="application/json">${JSON.stringify(value).replaceAll('<', '\\u003c')}</script>`;
  } catch {
    return '';
  }
}
