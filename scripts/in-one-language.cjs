// The demonstration's flow is for people of two languages: its labels say `Historique / History`, its functions ask the
// tab's LANGUAGE. Whoever starts it with `npm start`, and the READMEs' pictures, get it in one.

/**
 * @param flow the nodes of the example
 * @param french whether to keep the first half of each label, else the second
 */
function inOneLanguage(flow, french) {
  const half = (text) => {
    const [first, second = first] = text.split(' / ');
    return (french ? first : second).trim();
  };
  return flow.map((node) => {
    const words = ['name', 'label'].filter((property) => typeof node[property] === 'string');
    const env = node.env?.map((each) =>
      each.name === 'LANGUAGE' ? { ...each, value: french ? 'fr' : 'en' } : each,
    );
    return {
      ...node,
      ...Object.fromEntries(words.map((property) => [property, half(node[property])])),
      ...(env ? { env } : {}),
    };
  });
}

module.exports = { inOneLanguage };
