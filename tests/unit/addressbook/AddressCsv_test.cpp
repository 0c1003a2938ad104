#include "core/addressbook/AddressCsv.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/addressbook/AddressSamples.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace countersign;
using namespace countersign::samples;

namespace {

const std::string csvHead = "address,chain,name,tags,lists\r\n";

/// The sentence of the refusal; empty when it was read.
QString refusal(const std::string& text)
{
    const auto entries = parseAddressCsv(text);
    if (entries) {
        return {};
    }
    return entries.error().code == ErrorCode::InvalidInput ? entries.error().sentence : QStringLiteral("?");
}

std::string csvLine(const std::string& address, const std::string& rest = ",eip155:1,Shop,,\n")
{
    return address + rest;
}

}  // namespace

class AddressCsvTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsRows()
    {
        const auto entries =
            parseAddressCsv(csvHead + shop + ",eip155:1,\"Shop, \"\"the\"\" one\",b;a; c,allow\r\n" + bank +
                            ",eip155,Bank,,");
        QVERIFY(entries);
        QCOMPARE(entries->size(), 2U);
        const AddressEntry& first = entries->front();
        QCOMPARE(first.name, std::string("Shop, \"the\" one"));
        QVERIFY(first.tags == (std::vector<std::string>{"a", "b", "c"}));
        QVERIFY(first.lists == std::vector<std::string>{"allow"});
        QCOMPARE(entries->back().chain, std::string("eip155"));
        QVERIFY(entries->back().tags.empty());
    }

    void theFirstRowMayBeMissing()
    {
        QCOMPARE(parseAddressCsv(csvLine(shop))->size(), 1U);
        QCOMPARE(parseAddressCsv("\ufeff" + csvHead + csvLine(shop))->size(), 1U);
        QCOMPARE(parseAddressCsv(csvHead)->size(), 0U);
        QCOMPARE(parseAddressCsv("")->size(), 0U);
        QVERIFY(!refusal(csvLine(shop) + csvHead).isEmpty());  // only as the first
    }

    void refusesWhatIsNotInItsForm_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("atLine");
        const auto row = [](const char* name, const std::string& text, int atLine) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << atLine;
        };
        row("four cells", csvHead + shop + ",eip155:1,Shop,\n", 2);
        row("six cells", csvHead + csvLine(shop, ",eip155:1,Shop,,,\n"), 2);
        row("empty line", csvHead + csvLine(shop) + "\n" + csvLine(bank), 3);
        row("quote within", csvHead + csvLine(shop, ",eip155:1,Sh\"op,,\n"), 2);
        row("open quote", csvHead + csvLine(shop, ",eip155:1,\"Shop,,\n"), 2);
        row("text behind a quote", csvHead + csvLine(shop, ",eip155:1,\"Shop\"x,,\n"), 2);
        row("bare return", csvHead + csvLine(shop, ",eip155:1,Sh\rop,,\n"), 2);
        row("line break in a name", csvHead + csvLine(shop, ",eip155:1,\"Sh\nop\",,\n"), 2);
        row("behind a line break", csvHead + csvLine(shop, ",eip155:1,\"a\nb\",,\n") + csvLine("0x"), 2);
        row("no address", csvHead + csvLine(shop) + csvLine("0x1234"), 3);
        row("checksum", csvHead + csvLine("0xD8dA6BF26964aF9D7eEd9e03E53415D37aA96045"), 2);
        row("no chain", csvHead + csvLine(shop, ",ethereum,Shop,,\n"), 2);
        row("no name", csvHead + csvLine(shop, ",eip155:1,,,\n"), 2);
        row("direction", csvHead + csvLine(shop, ",eip155:1,Sh\u202eop,,\n"), 2);
        row("bad tag", csvHead + csvLine(shop, ",eip155:1,Shop,a:b,\n"), 2);
        row("allowed and blocked", csvHead + csvLine(shop, ",eip155:1,Shop,,allow;block\n"), 2);
        row("blank before a cell", csvHead + csvLine(shop, ", eip155:1,Shop,,\n"), 2);
        row("twice",
            csvHead + csvLine(shop) + csvLine(QByteArray::fromStdString(shop).toLower().toStdString()), 3);
        row("long cell", csvHead + csvLine(shop, ",eip155:1," + std::string(1'025, 'a') + ",,\n"), 2);
        row("other header", "name,address,chain,tags,lists\n", 1);
    }
    void refusesWhatIsNotInItsForm()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const int, atLine);
        const QString sentence = refusal(text.toStdString());
        QVERIFY2(sentence.contains(QStringLiteral("Line %1 ").arg(atLine)), qPrintable(sentence));
    }

    void refusesWhatIsNoText()
    {
        QVERIFY(!refusal(csvHead + csvLine(shop, ",eip155:1,\xff,,\n")).isEmpty());
        QVERIFY(!refusal(std::string(maxAddressCsvBytes + 1, 'a')).isEmpty());
    }

    void holdsItsBound()
    {
        std::string text;
        for (std::size_t i = 0; i < maxAddressEntries; ++i) {
            std::string digits = std::to_string(i);
            text += "0x" + std::string(40 - digits.size(), '0') + digits + ",eip155,n,,\n";
        }
        QCOMPARE(parseAddressCsv(text)->size(), maxAddressEntries);
        QVERIFY(!refusal(text + csvLine(shop)).isEmpty());
    }

    void writesWhatItReads()
    {
        AddressEntry entry{.chain = "eip155:1",
                           .address = shop,
                           .name = "",
                           .tags = {"a", "b"},
                           .lists = {"block"},
                           .changedAt = 0};
        for (const char* name : {"Shop", "=1+1", "+41", "-", "@me", "'=1", "''=1", "'a", "'", "a,b",
                                 "a \"b\"", "Zürich 🙂"}) {
            entry.name = name;
            const auto entries = parseAddressCsv(addressCsv({&entry, 1}));
            QVERIFY2(entries && entries->size() == 1 && entries->front() == entry, name);
        }
        entry.name = "=HYPERLINK()";
        QVERIFY(addressCsv({&entry, 1}).find(",'=HYPERLINK") != std::string::npos);
    }

    /// Whatever the bytes: refused, or what is written is read again.
    void mutations()
    {
        std::mt19937 random(4180);
        const std::string good = csvHead + csvLine(shop, ",eip155:1,\"Sh,op\",a;b,allow\r\n") + csvLine(bank);
        for (int round = 0; round < 20'000; ++round) {
            std::string text = good;
            for (auto changes = 1 + random() % 3; changes > 0; --changes) {
                const std::size_t at = random() % text.size();
                switch (random() % 3) {
                    case 0:
                        text[at] = static_cast<char>(random() % 256);
                        break;
                    case 1:
                        text.erase(at, 1);
                        break;
                    default:
                        text.insert(at, 1, "\",\r\n;'=0"[random() % 8]);
                }
            }
            if (const auto entries = parseAddressCsv(text)) {
                QVERIFY(*parseAddressCsv(addressCsv(*entries)) == *entries);
            }
        }
    }
};

COUNTERSIGN_APPLESS_TEST(AddressCsvTest)
#include "AddressCsv_test.moc"
