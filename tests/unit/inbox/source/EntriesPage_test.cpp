#include "core/inbox/source/EntriesPage.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <random>

using namespace countersign;

namespace {

constexpr int pageSize = 500;

Json entryOf(std::int64_t seq, std::string_view body = "hello")
{
    return {{"seq", seq},
            {"kind", "webhook"},
            {"receivedAt", "2026-02-03T12:00:00.000Z"},
            {"headers", {{"x-dynamic-signature-256", "s"}, {"x-dyn-twice", {"a", "b"}}}},
            {"bodyBase64", toBase64(asBytes(body))}};
}

std::string pageOfTexts(const std::vector<std::string>& entries, const std::string& rest)
{
    std::string page = "{\"entries\":[";
    for (const std::string& entry : entries) {
        page += (&entry == &entries.front() ? "" : ",") + entry;
    }
    return page + "]," + rest + "}";
}

std::string pageOfNumbers(std::initializer_list<std::int64_t> numbers, const std::string& rest)
{
    std::vector<std::string> entries;
    for (const std::int64_t number : numbers) {
        entries.push_back(dumpJson(entryOf(number)));
    }
    return pageOfTexts(entries, rest);
}

Result<FeedPage> readPage(const std::string& page, const FeedPosition& after = {}, int limit = pageSize)
{
    return parseEntriesPage(asBytes(page), after, limit);
}

std::string what(const Result<FeedPage>& page)
{
    return page ? "accepted" : (page.error().sentence + page.error().detail).toStdString();
}

}  // namespace

class EntriesPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads()
    {
        const auto page = readPage(
            pageOfNumbers({5, 6}, "\"cursor\":6,\"feed\":\"abc\",\"head\":\"0f\",\"firstSeq\":1,\"new\":[1]"),
            {4, "abc", "0e"});
        QVERIFY2(page.has_value(), what(page).c_str());
        QCOMPARE(page->cursor, 6);
        QCOMPARE(page->identity, std::string("abc"));
        QCOMPARE(page->history, std::string("0f"));
        QCOMPARE(page->removed, 0);
        QCOMPARE(page->entries.size(), std::size_t{2});
        QCOMPARE(page->entries[0].seq, 5);
        QCOMPARE(asText(page->entries[0].body), std::string_view("hello"));
        QCOMPARE(page->entries[0].headers.size(), std::size_t{3});
        QCOMPARE(toIso8601(page->entries[0].receivedAt), std::string("2026-02-03T12:00:00.000Z"));
    }

    void anOldRelayTellsNothingOfItsFeed()
    {
        const auto page = readPage(pageOfNumbers({1}, "\"cursor\":1"), {0, "abc", {}});
        QVERIFY(page.has_value());
        QVERIFY(page->identity.empty() && page->history.empty());
    }

    /// Before anything else of it is judged.
    void anotherFeedIsSeenFirst()
    {
        const auto page =
            readPage("{\"entries\":\"odd\",\"cursor\":-7,\"feed\":\"other\"}", {9, "abc", "0e"});
        QVERIFY(page.has_value());
        QCOMPARE(page->identity, std::string("other"));
        QVERIFY(page->entries.empty());
    }

    void refusesBrokenPages_data()
    {
        QTest::addColumn<QByteArray>("page");
        const auto row = [](const char* name, const std::string& page) {
            QTest::newRow(name) << QByteArray::fromStdString(page);
        };
        row("empty", "");
        row("array", "[]");
        row("cut", pageOfNumbers({1}, "\"cursor\":1").substr(0, 100));
        row("no entries", "{\"cursor\":1}");
        row("entries object", "{\"entries\":{},\"cursor\":1}");
        row("entries twice", "{\"entries\":[],\"entries\":[],\"cursor\":0}");
        row("no cursor", "{\"entries\":[]}");
        row("cursor text", "{\"entries\":[],\"cursor\":\"1\"}");
        row("cursor negative", "{\"entries\":[],\"cursor\":-1}");
        row("cursor minus zero", "{\"entries\":[],\"cursor\":-0}");
        row("cursor fraction", "{\"entries\":[],\"cursor\":1.0}");
        row("cursor beyond", "{\"entries\":[],\"cursor\":9223372036854775808}");
        row("cursor behind", pageOfNumbers({1, 2}, "\"cursor\":1"));
        row("cursor ahead", pageOfNumbers({1, 2}, "\"cursor\":3"));
        row("cursor ahead of nothing", "{\"entries\":[],\"cursor\":1}");
        row("feed number", "{\"entries\":[],\"cursor\":0,\"feed\":7}");
        row("feed empty", "{\"entries\":[],\"cursor\":0,\"feed\":\"\"}");
        row("feed long", "{\"entries\":[],\"cursor\":0,\"feed\":\"" + std::string(129, 'a') + "\"}");
        row("feed odd", "{\"entries\":[],\"cursor\":0,\"feed\":\"a&b\"}");
        row("head odd", "{\"entries\":[],\"cursor\":0,\"head\":\"a b\"}");
        row("firstSeq odd", "{\"entries\":[],\"cursor\":0,\"firstSeq\":\"2\"}");
        row("entry number", "{\"entries\":[1],\"cursor\":1}");
        row("no seq", "{\"entries\":[{\"kind\":\"webhook\"}],\"cursor\":1}");
        row("seq text", "{\"entries\":[{\"seq\":\"1\"}],\"cursor\":1}");
        row("seq twice", "{\"entries\":[{\"seq\":1,\"seq\":1}],\"cursor\":1}");
        row("seq zero", pageOfNumbers({0}, "\"cursor\":0"));
        row("seq again", pageOfNumbers({1, 1}, "\"cursor\":1"));
        row("seq back", pageOfNumbers({1, 2, 1}, "\"cursor\":2"));
        row("seq beyond all",
            pageOfTexts({"{\"seq\":9223372036854775807}"}, "\"cursor\":9223372036854775807"));
        row("seq just beyond", pageOfNumbers({feedMaxSeq + 1}, "\"cursor\":9007199254740993"));
    }
    void refusesBrokenPages()
    {
        QFETCH(const QByteArray, page);
        const auto parsed = readPage(page.toStdString());
        QVERIFY(!parsed);
        QCOMPARE(parsed.error().code, ErrorCode::Network);
        QVERIFY(!parsed.error().sentence.isEmpty() && !parsed.error().detail.isEmpty());
    }

    void tellsGapsExactly()
    {
        const auto first = readPage(pageOfNumbers({8}, "\"cursor\":8"), {4, {}, {}});
        QVERIFY(!first);
        QVERIFY2(first.error().sentence.contains(QStringLiteral("3 entries (5 to 7)")), what(first).c_str());
        const auto inside = readPage(pageOfNumbers({1, 2, 7}, "\"cursor\":7"));
        QVERIFY2(inside.error().sentence.contains(QStringLiteral("4 entries (3 to 6)")),
                 what(inside).c_str());
        const auto forged = readPage(pageOfNumbers({1, feedMaxSeq}, "\"cursor\":9007199254740992"));
        QVERIFY2(forged.error().sentence.contains(QStringLiteral("(2 to 9007199254740991)")),
                 what(forged).c_str());
        QVERIFY(forged.error().sentence.contains(QStringLiteral("--from-start")));
    }

    void retentionMayRemoveWhatWasBefore()
    {
        const auto page = readPage(pageOfNumbers({8, 9}, "\"cursor\":9,\"firstSeq\":8"), {4, {}, {}});
        QVERIFY2(page.has_value(), what(page).c_str());
        QCOMPARE(page->removed, 3);
        QCOMPARE(page->cursor, 9);
        // Only the first may stand behind it, and only there.
        QVERIFY(!readPage(pageOfNumbers({8, 10}, "\"cursor\":10,\"firstSeq\":8"), {4, {}, {}}));
        QVERIFY(!readPage(pageOfNumbers({9}, "\"cursor\":9,\"firstSeq\":8"), {4, {}, {}}));
        QVERIFY(!readPage(pageOfNumbers({7}, "\"cursor\":7,\"firstSeq\":8"), {4, {}, {}}));
        // Everything may be gone; the cursor stays until something comes.
        for (const char* rest : {"\"cursor\":4,\"firstSeq\":8", "\"cursor\":7,\"firstSeq\":8"}) {
            const auto empty = readPage(pageOfNumbers({}, rest), {4, {}, {}});
            QVERIFY2(empty.has_value(), what(empty).c_str());
            QCOMPARE(empty->cursor, 4);
        }
    }

    void refusesMoreThanItAskedFor()
    {
        QVERIFY(readPage(pageOfNumbers({1, 2}, "\"cursor\":2"), {}, 2).has_value());
        QVERIFY(!readPage(pageOfNumbers({1, 2, 3}, "\"cursor\":3"), {}, 2));
    }

    void setsUnreadableEntriesAside_data()
    {
        QTest::addColumn<QByteArray>("entry");
        const auto row = [](const char* name, const std::string& entry) {
            QTest::newRow(name) << QByteArray::fromStdString(entry);
        };
        const auto with = [](const char* member, const Json& value) {
            Json entry = entryOf(2);
            entry[member] = value;
            return dumpJson(entry);
        };
        row("only a number", "{\"seq\":2}");
        row("no base64", with("bodyBase64", "aGV$bG8="));
        row("base64 with a line break", with("bodyBase64", "aGVs\nbG8="));
        row("base64url", with("bodyBase64", "-_-_"));
        row("body number", with("bodyBase64", 7));
        row("header number", with("headers", {{"a", 7}}));
        row("header nested", with("headers", {{"a", Json::array({Json::array({"b"})})}}));
        row("headers array", with("headers", Json::array()));
        row("no headers", with("headers", nullptr));
        row("time", with("receivedAt", "noon"));
        row("time negative", with("receivedAt", -1));
        row("time beyond", with("receivedAt", 253'402'300'800'000));
        row("kind empty", with("kind", ""));
        row("kind number", with("kind", 7));
        row("kind odd", with("kind", "a b"));
        row("kind long", with("kind", std::string(65, 'k')));
        row("member twice", "{\"seq\":2,\"kind\":\"webhook\",\"kind\":\"webhook\"}");
        row("bad utf-8", "{\"seq\":2,\"kind\":\"\xff\"}");
        row("lone surrogate", "{\"seq\":2,\"kind\":\"\\ud800\"}");
        row("nonsense", "{\"seq\":2,\"kind\":nonsense}");
        row("brackets", "{\"seq\":2,\"kind\":[}}");
        row("control", "{\"seq\":2,\"kind\":\"\x01\"}");
        row("number out of range", "{\"seq\":2,\"kind\":1e999}");
        row("deep", "{\"seq\":2,\"kind\":" + std::string(50'000, '[') + std::string(50'000, ']') + "}");
        std::string values = "{\"seq\":2,\"more\":[0";
        std::string members = "{\"seq\":2";
        Json headers = Json::object();
        for (int i = 0; i < 120'000; ++i) {
            values += ",0";
            members += ",\"" + std::to_string(i) + "\":0";
        }
        for (std::size_t i = 0; i <= entryMaxHeaders; ++i) {
            headers["x-dyn-" + std::to_string(i)] = "";
        }
        row("many values", values + "]}");
        row("many members", members + "}");
        row("many headers", with("headers", headers));
        row("large", with("bodyBase64", std::string(entryMaxBytes, 'A')));
    }
    void setsUnreadableEntriesAside()
    {
        QFETCH(const QByteArray, entry);
        const auto page = readPage(
            pageOfTexts({dumpJson(entryOf(1)), entry.toStdString(), dumpJson(entryOf(3))}, "\"cursor\":3"));
        QVERIFY2(page.has_value(), what(page).c_str());
        QCOMPARE(page->entries.size(), std::size_t{3});
        QCOMPARE(page->entries[0].kind, std::string("webhook"));
        QCOMPARE(page->entries[2].kind, std::string("webhook"));
        const FeedEntry& odd = page->entries[1];
        QCOMPARE(odd.seq, 2);
        QCOMPARE(odd.kind, std::string(unreadableEntryKind));
        QCOMPARE(odd.headers.size(), std::size_t{1});
        QCOMPARE(odd.headers[0].first, std::string(unreadableEntryHeader));
        QVERIFY(!odd.headers[0].second.empty());
        const QByteArray kept(reinterpret_cast<const char*>(odd.body.data()),
                              static_cast<qsizetype>(odd.body.size()));
        QVERIFY(entry.startsWith(kept));
        QVERIFY(kept.size() == entry.size() || entry.size() > static_cast<qsizetype>(entryMaxBytes));
    }

    /// One byte after the other of an entry is changed at random: whatever that does to it, its neighbours
    /// are read or the page is refused as a whole, and no number is believed that does not stand there.
    void survivesAnyChangeOfAnEntry()
    {
        std::mt19937 random(7);
        const std::string before = dumpJson(entryOf(1));
        const std::string after = dumpJson(entryOf(3));
        int aside = 0;
        for (int round = 0; round < 3000; ++round) {
            std::string entry = dumpJson(entryOf(2));
            for (auto i = 1 + random() % 3; i > 0; --i) {
                entry[random() % entry.size()] = static_cast<char>(random() % 256);
            }
            const auto page = readPage(pageOfTexts({before, entry, after}, "\"cursor\":3"));
            if (!page) {
                QCOMPARE(page.error().code, ErrorCode::Network);
                continue;
            }
            QCOMPARE(page->entries.size(), std::size_t{3});
            QCOMPARE(asText(page->entries[0].body), std::string_view("hello"));
            QCOMPARE(asText(page->entries[2].body), std::string_view("hello"));
            aside += page->entries[1].kind == unreadableEntryKind ? 1 : 0;
        }
        QVERIFY(aside > 100);
    }

    void moreHeadersThanAnyRequestHasAreSetAside()
    {
        Json entry = entryOf(1, "hello");
        entry["headers"] = {{"x-dyn-a", std::string(entryMaxHeaderBytes, 'a')}};
        const auto page = readPage(pageOfTexts({dumpJson(entry)}, "\"cursor\":1"));
        QVERIFY2(page.has_value(), what(page).c_str());
        QCOMPARE(page->entries[0].kind, std::string(unreadableEntryKind));
    }

    /// What a relay may have stored of anybody's request, at most or without any bound but the head's, is
    /// read.
    void readsTheRelaysExtremes()
    {
        Json many = Json::object();
        for (int i = 0; i < 1400; ++i) {
            many["x-dyn-" + std::to_string(i)] = "";
        }
        const Json repeated = {{"x-dynamic-signature-256", std::vector<std::string>(3000)}};
        Json odd = Json::object();
        for (const char name : std::string("!#$%&'*+-.^_`|~0az")) {
            odd[std::string("x-dyn-") + name] = {"\"\\\t", "\xEF\xBF\xBD\xEF\xBF\xBD", "",
                                                 std::string(8000, '\\')};
        }
        const std::string longest(256 * 1024, '\0');
        for (const Json& headers : {Json::object(), many, repeated, odd}) {
            for (const std::string& body : {std::string(), std::string(1, '\xff'), longest}) {
                Json entry = entryOf(1, body);
                entry["headers"] = headers;
                const auto page = readPage(pageOfTexts({dumpJson(entry)}, "\"cursor\":1"));
                QVERIFY2(page.has_value(), what(page).c_str());
                QCOMPARE(page->entries[0].kind, std::string("webhook"));
                QCOMPARE(asText(page->entries[0].body), std::string_view(body));
            }
        }
    }

    void countsWhatArrivedOfACutAnswer()
    {
        const std::string page = pageOfNumbers({1, 2, 3}, "\"cursor\":3");
        QCOMPARE(wholeEntriesIn(asBytes(page)), 3);
        QCOMPARE(wholeEntriesIn(asBytes(std::string_view(page).substr(0, page.find("\"seq\":3")))), 2);
        for (std::size_t size = 0; size <= page.size(); ++size) {
            const int whole = wholeEntriesIn(asBytes(std::string_view(page).substr(0, size)));
            QVERIFY(whole >= 0 && whole <= 3);
        }
    }
};

COUNTERSIGN_APPLESS_TEST(EntriesPageTest)
#include "EntriesPage_test.moc"
