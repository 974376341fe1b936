#include "engine/observe/statement.h"

#include "tests/unit/observe/story.h"

namespace nightjar {
namespace {

struct Case {
  const char* raw;
  const char* normal;
  const char* table;
};

// Read as a table: what was sent, its one form, the table it is about.
const Case kCases[] = {
    {"SELECT * FROM products WHERE id = 7", "SELECT * FROM products WHERE id = ?", "products"},
    {"select  *\n\tfrom products\n where id = 7 ;", "select * from products where id = ?", "products"},
    {"SELECT name FROM users WHERE email = 'a@b.c' AND age > 30.5",
     "SELECT name FROM users WHERE email = ? AND age > ?", "users"},
    {"SELECT * FROM t WHERE a = 'it''s' AND b = E'x\\'y'", "SELECT * FROM t WHERE a = ? AND b = ?", "t"},
    {"SELECT * FROM orders WHERE id IN (1, 2, 3,4)", "SELECT * FROM orders WHERE id IN (?)", "orders"},
    {"SELECT * FROM orders WHERE id IN (%s, %s)", "SELECT * FROM orders WHERE id IN (?)", "orders"},
    {"SELECT * FROM orders WHERE id = %(id)s AND s = %(state)s", "SELECT * FROM orders WHERE id = ? AND s = ?",
     "orders"},
    {"INSERT INTO items (a, b) VALUES (1, 'x'), (2, 'y'), (3, 'z')", "INSERT INTO items (a, b) VALUES (?)", "items"},
    {"UPDATE stock SET n = n - 1, at = now() WHERE sku = $1", "UPDATE stock SET n = n - ?, at = now() WHERE sku = ?",
     "stock"},
    {"DELETE FROM cart WHERE id=:id", "DELETE FROM cart WHERE id=?", "cart"},
    {"SELECT 1 -- who asks\n FROM a /* trace 4f3a */ JOIN b ON a.x = b.x", "SELECT ? FROM a JOIN b ON a.x = b.x", "a"},
    {"SELECT created::date FROM orders WHERE total > -5 AND d < 1e-9",
     "SELECT created::date FROM orders WHERE total > ? AND d < ?", "orders"},
    {"SELECT \"Name\" FROM public.\"Users\" u WHERE u.id = 0x1F",
     "SELECT \"Name\" FROM public.\"Users\" u WHERE u.id = ?", "public.Users"},
    {"SELECT `a` FROM `shop`.`items` WHERE c = N'ß'", "SELECT `a` FROM `shop`.`items` WHERE c = ?", "shop.items"},
    {"SELECT count(*) FROM (SELECT id FROM orders) o", "SELECT count(*) FROM (SELECT id FROM orders) o", "orders"},
    {"SELECT $$a 'quoted' body$$, $tag$x$tag$ FROM f", "SELECT ? FROM f", "f"},
    {"SELECT * FROM ONLY parts", "SELECT * FROM ONLY parts", "parts"},
    {"GET session:42", "GET session:?", ""},
    {"SELECT 'never closed", "SELECT ?", ""},
    {"/* never closed", "", ""},
    {"", "", ""},
    {"SELECT t1.x FROM t1 WHERE t1.y = 3", "SELECT t1.x FROM t1 WHERE t1.y = ?", "t1"},
};

TEST(Statement, OneFormForWhatDiffersOnlyInValues) {
  for (const Case& c : kCases) {
    const std::string normal = normalise_statement(c.raw, 2048);
    EXPECT_EQ(normal, c.normal) << c.raw;
    EXPECT_EQ(table_of_statement(normal), c.table) << c.raw;
    EXPECT_EQ(normalise_statement(normal, 2048), normal) << "normalising twice changes nothing: " << c.raw;
  }
}

TEST(Statement, IdsFollowTheForm) {
  const auto id = [](const char* raw) { return statement_id(normalise_statement(raw, 2048)); };
  EXPECT_EQ(id("SELECT a FROM b WHERE c IN (1,2)"), id("SELECT a  FROM b WHERE c IN (7, 8, 9, 10)"));
  EXPECT_NE(id("SELECT a FROM b WHERE c = 1"), id("SELECT a FROM b WHERE d = 1"));
}

TEST(Statement, IsBounded) {
  std::string list = "SELECT * FROM t WHERE a IN (";
  for (int i = 0; i < 20'000; ++i) list += std::to_string(i) + ",";
  EXPECT_EQ(normalise_statement(list + "0)", 2048), "SELECT * FROM t WHERE a IN (?)");
  std::string columns = "SELECT ";
  for (int i = 0; i < 20'000; ++i) columns += "c_" + std::to_string(i) + "_x,";
  EXPECT_LE(normalise_statement(columns, 2048).size(), 2048u + 3);
}

TEST(Statement, AnyBytesAreSafe) {
  story::Pcg32 random(11);
  const std::string_view alphabet = "'\"`$%:?@()[]-/*\\ ,;=0a\n\xC3\xA9";
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::uint32_t n = random.below(40); n > 0; --n)
      text += alphabet[random.below(static_cast<std::uint32_t>(alphabet.size()))];
    const std::string normal = normalise_statement(text, 64);
    EXPECT_LE(normal.size(), 64u + 3);
    table_of_statement(normal);
  }
}

}  // namespace
}  // namespace nightjar
