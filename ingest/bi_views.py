"""What business intelligence tools read: the reports as views of the warehouse, and a role that may do nothing but read."""

from __future__ import annotations

import logging

from graph.store.database import Connection

READER = "bi_reader"
"""The role that logins of such tools are members of; it may not log in itself."""

_logger = logging.getLogger(__name__)

# Sums stand apart by currency: one over several would mean nothing. Days and hours are those of UTC.
_VIEWS = """
create or replace view {schema}.sales_by_country as
select country, currency, count(*) as orders, sum(amount) as amount, count(distinct user_id) as users
  from {schema}.fact_orders
 group by country, currency;

create or replace view {schema}.sales_by_category as
select category, currency, count(*) as orders, sum(amount) as amount, count(distinct user_id) as users
  from {schema}.fact_orders
 group by category, currency;

create or replace view {schema}.average_order_value as
select currency, count(*) as orders, round(avg(amount), 2) as average,
       round((percentile_cont(0.5) within group (order by amount))::numeric, 2) as median,
       min(amount) as smallest, max(amount) as largest
  from {schema}.fact_orders
 group by currency;

create or replace view {schema}.currency_distribution as
select currency, count(*) as orders, sum(amount) as amount,
       round(100.0 * count(*) / sum(count(*)) over (), 2) as percent_of_orders
  from {schema}.fact_orders
 group by currency;

create or replace view {schema}.sales_by_hour as
select date_trunc('hour', created_at, 'UTC') as hour, currency, count(*) as orders, sum(amount) as amount
  from {schema}.fact_orders
 group by 1, currency;

create or replace view {schema}.sales_by_day as
select (created_at at time zone 'UTC')::date as day, currency, count(*) as orders, sum(amount) as amount
  from {schema}.fact_orders
 group by 1, currency;
"""

# Roles belong to the whole server: another database's worker may make it at the same moment.
_ROLE = """
do $$
begin
  if not exists (select from pg_roles where rolname = 'bi_reader') then
    create role bi_reader nologin;
  end if;
exception
  when duplicate_object or unique_violation or insufficient_privilege then null;
end
$$
"""

_GRANT = """
grant usage on schema {schema} to bi_reader;
grant select on all tables in schema {schema} to bi_reader;
alter default privileges in schema {schema} grant select on tables to bi_reader;
"""


async def create_views(connection: Connection, schema: str) -> None:
    """Create the reports and the role where they are missing; an account that may make no roles is told of in the log."""
    await connection.execute(_VIEWS.format(schema=schema))
    await connection.execute(_ROLE)
    if await connection.fetchval("select count(*) from pg_roles where rolname = $1", READER):
        await connection.execute(_GRANT.format(schema=schema))
    else:
        _logger.warning(
            "this account may not create the role %s: have an administrator run `create role %s nologin`",
            READER,
            READER,
        )
