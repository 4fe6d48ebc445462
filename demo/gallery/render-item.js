const shelf = document.querySelector('#own-cards');
shelf.renderItem = ({ title, brand, url }) => {
  const link = document.createElement('a');
  link.href = url;
  // as text, never as markup
  link.append(Object.assign(document.createElement('strong'), { textContent: title }), ` by ${brand}`);
  return link;
};
shelf.src = '/api/candidates?category=navigation';
