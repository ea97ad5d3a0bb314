(head => {
  if (!head) return;
  const body = head.closest('table').tBodies[0], at = head.cellIndex, up = head.ariaSort !== 'ascending';
  const value = row => {
    const cell = row.cells[at], text = cell.textContent.trim();
    return cell.classList.contains('num') ? parseFloat(text.replaceAll(GROUP, '').replace(DECIMAL, '.')) : text;
  };
  const order = (one, other) => {
    const [x, y] = [value(one), value(other)];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);  // what is missing stands last
    const sign = typeof x === 'number' ? x - y : x.localeCompare(y, LANG, {numeric: true});
    return up ? sign : -sign;
  };
  for (const other of head.parentNode.cells) other.ariaSort = null;
  head.ariaSort = up ? 'ascending' : 'descending';
  body.append(...[...body.rows].sort(order));
})(event.target.closest('thead th'))
