-- The shop's tables, with enough in them that a missing index hurts. Run once, when the cluster is new.
CREATE TABLE products (
    id int PRIMARY KEY, name text NOT NULL, category text NOT NULL, price_cents int NOT NULL, stock int NOT NULL);
INSERT INTO products
    SELECT n, (ARRAY['oak','steel','linen','glass','cork','wool','clay','brass'])[1 + n % 8] || ' ' ||
              (ARRAY['lamp','chair','bowl','shelf','rug','clock','mirror','vase','stool','tray'])[1 + (n / 8) % 10] || ' no. ' || n,
           'room' || n % 40, 900 + (n * 37) % 9000, 5 + n % 60
    FROM generate_series(1, 2000) AS n;
CREATE INDEX products_category ON products (category);

-- No index on product_id: until now nobody asked for the reviews of one product.
CREATE TABLE reviews (
    id int PRIMARY KEY, product_id int NOT NULL, author text NOT NULL, stars int NOT NULL, words text NOT NULL, written_at timestamptz NOT NULL);
INSERT INTO reviews
    SELECT n, 1 + (n::bigint * 7919) % 2000, 'reader ' || n % 9973, 1 + n % 5,
           repeat(md5(n::text), 4), timestamptz '2026-01-01' - n * interval '97 seconds'
    FROM generate_series(1, 500000) AS n;

CREATE TABLE carts (id text PRIMARY KEY, items jsonb NOT NULL, updated_at timestamptz NOT NULL);
INSERT INTO carts
    SELECT 'cart-' || n, jsonb_build_array(jsonb_build_object('product', 1 + n % 2000, 'count', 1 + n % 3, 'price_cents', 900 + (n * 37) % 9000)), now()
    FROM generate_series(1, 5000) AS n;

CREATE TABLE orders (id uuid PRIMARY KEY, cart_id text NOT NULL, total_cents int NOT NULL, payment_id bigint NOT NULL, shipment text NOT NULL, placed_at timestamptz NOT NULL);
CREATE TABLE payments (id bigserial PRIMARY KEY, order_id uuid NOT NULL, card text NOT NULL, amount_cents int NOT NULL, reference text NOT NULL, paid_at timestamptz NOT NULL);
ANALYZE;
