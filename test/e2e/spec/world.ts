import type { TestApp } from '../../support/app.js';
import type { Ids, Need } from './example.js';

interface Created {
  data: { id: string };
}

/** So long after its first call, a campaign's second one is due: it stays active. Milliseconds. */
const AN_HOUR = 3_600_000;

/** Makes what an example speaks of, over the API: a new campaign each time, so that examples do not meet. */
export class World {
  private numbers = 0;

  constructor(private readonly app: TestApp) {}

  async prepare(need: Need): Promise<Partial<Ids>> {
    if (need === 'nothing') return {};
    const agent = await this.create('/agents', { name: 'Sales Agent' });
    if (need === 'agent') return { agent };
    const campaign = await this.create('/campaigns', { name: 'Q4 Sales Campaign', callDelay: AN_HOUR });
    if (need === 'campaign') return { campaign };
    await this.create(`/campaigns/${campaign}/agents`, { agentId: agent, isPrimary: true });
    const lead = await this.addLead(campaign);
    await this.addLead(campaign);
    if (need === 'active' || need === 'paused') await this.act(campaign, 'start');
    if (need === 'paused') await this.act(campaign, 'pause');
    return { campaign, lead, agent };
  }

  private addLead(campaign: string): Promise<string> {
    const phoneNumber = `+120255501${String(this.numbers++).padStart(2, '0')}`;
    return this.create(`/campaigns/${campaign}/leads`, { phoneNumber, name: 'Jane Smith', priority: 2 });
  }

  private async create(path: string, body: object): Promise<string> {
    const answer = await this.app.post<Created>(path, body);
    if (answer.status !== 201) throw new Error(`POST ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body.data.id;
  }

  private async act(campaign: string, move: string): Promise<void> {
    const answer = await this.app.post(`/campaigns/${campaign}/${move}`);
    if (answer.status !== 200) throw new Error(`${move}: ${JSON.stringify(answer.body)}`);
  }
}
