import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** IPv6 that is given out to anybody (IANA: 2000::/3); what is outside is not on the internet, whatever it is called. */
const GLOBAL_IPV6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/**
 * Why nothing may be sent to an address, by the name of its range (`loopback`, `private`, `linkLocal`, `carrierGradeNat`,
 * `multicast`, `rfc6052` …); null: it is an ordinary one of the internet. An IPv4 address inside an IPv6 one is judged as what
 * it is; addresses that a translator (NAT64, 6to4, Teredo) would make an IPv4 one of are refused as a whole.
 */
export function refusalOfAddress(text: string): string | null {
  if (isIP(text) === 0) return 'invalid';
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv6) return refusalOfIpv6(address);
  return refusalOfIpv4(address);
}

function refusalOfIpv6(address: ipaddr.IPv6): string | null {
  if (address.isIPv4MappedAddress()) return refusalOfIpv4(address.toIPv4Address());
  const range = address.range();
  if (range !== 'unicast') return range;
  return address.match(GLOBAL_IPV6) ? null : 'reserved';
}

function refusalOfIpv4(address: ipaddr.IPv4): string | null {
  const range = address.range();
  return range === 'unicast' ? null : range;
}
