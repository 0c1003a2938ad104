#include "core/signing/policy/BookLabels.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <algorithm>

using namespace countersign;

namespace {

constexpr const char* bookShop = "0x52908400098527886E0F7030069857D2E4169EE7";
constexpr const char* bookMint = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";

AddressEntry labelled(const std::string& chain, const std::string& address,
                      const std::vector<std::string>& tags, const std::vector<std::string>& lists)
{
    return {.chain = chain, .address = address, .name = "Shop", .tags = tags, .lists = lists, .changedAt = 1};
}

BookLabels bookOf(std::vector<AddressEntry> entries)
{
    return BookLabels(std::make_shared<const std::vector<AddressEntry>>(std::move(entries)));
}

std::string listsOf(const BookLabels& book, std::string_view chain, std::string_view address)
{
    auto labels = book.of(chain, address);
    if (!labels) {
        return "unknown";
    }
    std::ranges::sort(labels->lists);
    std::string text;
    for (const std::string& list : labels->lists) {
        text += list + ' ';
    }
    return text;
}

}  // namespace

class BookLabelsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsWhateverTheSpelling()
    {
        const BookLabels book = bookOf({labelled("eip155", bookShop, {"hot"}, {"suppliers"})});
        QCOMPARE(listsOf(book, "eip155:1", bookShop), std::string("suppliers "));
        QCOMPARE(listsOf(book, "eip155:1", "0x52908400098527886e0f7030069857d2e4169ee7"),
                 std::string("suppliers "));
        QVERIFY(book.of("eip155", bookShop)->tags == std::vector<std::string>{"hot"});
        QCOMPARE(listsOf(book, "eip155:1", "0x0000000000000000000000000000000000000001"), std::string());
    }

    void chainsAreKeptApart()
    {
        const BookLabels book = bookOf(
            {labelled("eip155:1", bookShop, {}, {"main"}), labelled("eip155:10", bookShop, {}, {"optimism"}),
             labelled("eip155", bookShop, {}, {"all"}), labelled("solana", bookMint, {}, {"mints"})});
        QCOMPARE(listsOf(book, "eip155:1", bookShop), std::string("all main "));
        QCOMPARE(listsOf(book, "eip155:137", bookShop), std::string("all "));
        QCOMPARE(listsOf(book, "solana", bookMint), std::string("mints "));
        // On which chain it will be is not known, and the lists differ.
        QCOMPARE(listsOf(book, "eip155", bookShop), std::string("unknown"));
        QCOMPARE(listsOf(book, "solana", "epjfwdd5aufqssqem2qn1xzybapc8g4weggkzwytdt1v"), std::string());
    }

    void tagsAloneDoNotMakeListsUnknown()
    {
        const BookLabels book = bookOf({labelled("eip155:1", bookShop, {"hot"}, {})});
        QCOMPARE(listsOf(book, "eip155", bookShop), std::string());
    }
};

COUNTERSIGN_GUILESS_TEST(BookLabelsTest)
#include "BookLabels_test.moc"
