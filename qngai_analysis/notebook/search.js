(box => {
  const plain = text => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replaceAll('đ', 'd');
  const words = plain(box.value).split(/\s+/), rows = [...box.closest('div').querySelector('tbody').rows];
  for (const row of rows) row.hidden = !words.every(word => plain(row.textContent).includes(word));
  box.closest('div').querySelector('output').textContent = ROWS.replace('{count}', rows.filter(row => !row.hidden).length);
})(this)
