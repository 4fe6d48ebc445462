const euros = (amount) => ({ amount, currency: 'EUR' });
const item = (id, title, amount) => ({
  ...{ id, title, price: euros(amount) },
  ...{ url: `/product/${id}`, image: `/pictures/${id}.svg` },
});

document.querySelector('#from-script').candidates = [
  item('camp-chair', 'Camp Chair', 49),
  item('oak-camp-table', 'Oak Camp Table', 159),
  item('milking-stool', 'Milking Stool', 65),
  item('dune-low-chair', 'Dune Low Chair', 89),
];
