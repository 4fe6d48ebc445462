// Run before the first paint, or a page beside an open drawer would be laid out twice; alone, so that it is one small file
// which comes while the styles do. What it looks for is written by drawer-state.ts.
if (sessionStorage.getItem('nearside-demo:inspector')?.includes('"isOpen":true'))
  document.documentElement.dataset['inspector'] = 'open';
