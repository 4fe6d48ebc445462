const response = await fetch('/api/candidates?category=hats');
const { items, ...list } = await response.json();
document.querySelector('#as-grid').candidates = { ...list, items: items.slice(0, 6) };
