/** Calls as the app shall find them: Prism only has one example, which is always the same completed call. */
export class PlayedCalls {
  /** Numbers whose placement is never answered. */
  lost = new Set();
  /** What a placed call is when it is asked about. */
  status = 'queued';
  bySid = new Map();

  /** Prism's answer with the call in question put in; undefined: the answer is to be lost. */
  play(kind, url, form, answer) {
    if (kind.startsWith('create')) {
      const call = this.create(form);
      return this.lost.has(call.to) ? undefined : { ...answer, ...call };
    }
    if (kind === 'list')
      return { calls: this.find(url.searchParams), page: 0, page_size: 50, next_page_uri: null };
    const call = this.bySid.get(/(CA[0-9a-f]{32})\.json$/.exec(url.pathname)?.[1]);
    if (!call) return answer;
    if (form.has('Status')) call.status = form.get('Status');
    else if (call.status === 'queued') call.status = this.status;
    return { ...answer, ...call };
  }

  create(form) {
    const sid = `CA${String(this.bySid.size + 1).padStart(32, '0')}`;
    const date = new Date().toUTCString().replace('GMT', '+0000');
    const call = { sid, to: form.get('To'), from: form.get('From'), status: 'queued', duration: null };
    this.bySid.set(sid, { ...call, answered_by: null, date_created: date, date_updated: date });
    return this.bySid.get(sid);
  }

  find(query) {
    return [...this.bySid.values()].filter(
      (call) => call.to === query.get('To') && call.from === query.get('From'),
    );
  }
}
