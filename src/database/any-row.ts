/**
 * Whether `from` (`FROM … WHERE …`, about a row of the statement around it) finds a row. Unlike an `EXISTS` beside an OR or in a
 * list of columns: for those Postgres may read the whole table once into a hash, where statistics take it for small, and a plan
 * kept from then went on to read each ready lead and each call for every batch of news.
 */
export const anyRow = (from: string): string => `((SELECT true ${from} LIMIT 1) IS NOT NULL)`;
