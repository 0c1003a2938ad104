#include "core/meaning/Meaning.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace countersign;
using namespace countersign::meaning;

namespace {

Finding finding(const std::string& id, Severity severity, const std::string& detail = "Detail.")
{
    return {id, severity, "Title", detail, {}};
}

Meaning understood()
{
    Meaning meaning;
    meaning.understood = true;
    meaning.intent = "Send 1 ETH";
    return meaning;
}

Effect effectOf(const std::string& text)
{
    Effect effect;
    effect.text = text;
    return effect;
}

bool hasFinding(const Explanation& explanation, std::string_view id)
{
    return std::ranges::any_of(explanation.meaning.findings, [id](const Finding& f) { return f.id == id; });
}

Explanation finishedWithValue(const std::string& value)
{
    Meaning meaning = understood();
    meaning.fields = {{"Memo", value, std::nullopt}};
    return finished(meaning, {});
}

}  // namespace

class MeaningTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesOfSeverities()
    {
        QCOMPARE(nameOf(Severity::Info), std::string_view("info"));
        QCOMPARE(nameOf(Severity::Warning), std::string_view("warning"));
        QCOMPARE(nameOf(Severity::Critical), std::string_view("critical"));
        QCOMPARE(nameOf(Severity::Error), std::string_view("error"));
    }

    void isNotUnderstoodUnlessSomebodySaysSo()
    {
        QVERIFY(!Meaning().understood);
        QVERIFY(!finished({}, {}).meaning.understood);
    }

    void absorbsParts()
    {
        Meaning whole = understood();
        whole.fields = {{"To", "a", "to"}};
        Meaning part = understood();
        part.intent = "Something else";
        part.fields = {{"Amount", "1", "amount"}, {"Note", "n", std::nullopt}};
        part.effects = {effectOf("gains")};
        part.findings = {finding("evm.a", Severity::Info)};
        part.sources = {{Source::Kind::List, "l", "00"}};
        whole.absorb(part, "calls.0");
        QVERIFY(whole.understood);
        QCOMPARE(whole.intent, std::string("Send 1 ETH"));
        const std::vector<Field> fields = {
            {"To", "a", "to"}, {"Amount", "1", "calls.0.amount"}, {"Note", "n", std::nullopt}};
        QVERIFY(whole.fields == fields);
        QCOMPARE(whole.effects.size(), 1U);
        QCOMPARE(whole.findings.size(), 1U);
        QCOMPARE(whole.sources.size(), 1U);
        whole.absorb(part);
        QCOMPARE(whole.fields.at(3).path, std::optional<std::string>("amount"));
    }

    void onePartThatIsNotUnderstoodSpoilsTheWhole()
    {
        Meaning whole = understood();
        whole.absorb({});
        QVERIFY(!whole.understood);
        whole.absorb(understood());
        QVERIFY(!whole.understood);

        Meaning other;
        other.absorb(understood());
        QVERIFY(!other.understood);
    }

    void doesNotUnderstandForAReason()
    {
        Meaning meaning = understood();
        meaning.doNotUnderstand(finding("evm.call.unknown", Severity::Warning));
        QVERIFY(!meaning.understood);
        QVERIFY(meaning.intent.empty());
        // Whoever sets the intent nevertheless does not get it through.
        meaning.intent = "Harmless";
        const Explanation explanation = finished(meaning, {});
        QVERIFY(explanation.meaning.intent.empty());
        QVERIFY(hasFinding(explanation, "evm.call.unknown"));
    }

    void finishedHasTheHashOfTheBytes()
    {
        QCOMPARE(finished({}, asBytes("abc")).bytes,
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QVERIFY(finished(understood(), {}).meaning == understood());
    }

    void finishedOrdersFindings()
    {
        Meaning meaning = understood();
        meaning.findings = {finding("i", Severity::Info),      finding("w2", Severity::Warning),
                            finding("e", Severity::Error),     finding("w1", Severity::Warning),
                            finding("c", Severity::Critical),  finding("w2", Severity::Warning),
                            finding("w2", Severity::Critical), finding("w2", Severity::Warning, "Other.")};
        std::vector<std::string> ids;
        for (const Finding& f : finished(meaning, {}).meaning.findings) {
            ids.push_back(f.id);
        }
        const std::vector<std::string> expected = {"c", "w2", "e", "w2", "w1", "w2", "i"};
        QVERIFY(ids == expected);
    }

    void finishedSortsSources()
    {
        Meaning meaning = understood();
        const Source a = {Source::Kind::Builtin, "b", "11"};
        const Source b = {Source::Kind::Erc7730, "a", "00"};
        const Source c = {Source::Kind::Erc7730, "a", "01"};
        meaning.sources = {c, b, a, c, b};
        QVERIFY(finished(meaning, {}).meaning.sources == (std::vector<Source>{a, b, c}));
    }

    void finishedNeutralisesText_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("shown");
        QTest::addColumn<bool>("isFlagged");
        QTest::newRow("plain") << QByteArray("250 USDC") << QByteArray("250 USDC") << false;
        QTest::newRow("lines") << QByteArray("a\r\n\tb  c ") << QByteArray("a b c") << false;
        QTest::newRow("letters") << QByteArray("Zürich 東京 🙂") << QByteArray("Zürich 東京 🙂")
                                 << false;
        QTest::newRow("bidi") << QByteArray("a\u202egnp.exe") << QByteArray("agnp.exe") << true;
        QTest::newRow("zero width") << QByteArray("pay\u200bpal") << QByteArray("paypal") << true;
        QTest::newRow("byte-order mark") << QByteArray("\ufeffa") << QByteArray("a") << true;
        QTest::newRow("terminal") << QByteArray("\x1b[2Ja") << QByteArray("[2Ja") << true;
        QTest::newRow("NUL") << QByteArray("a\0b", 3) << QByteArray("ab") << true;
        QTest::newRow("no UTF-8") << QByteArray("a\xff") << QByteArray("a\ufffd") << true;
    }
    void finishedNeutralisesText()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QByteArray, shown);
        QFETCH(const bool, isFlagged);
        const Explanation explanation = finishedWithValue(text.toStdString());
        QCOMPARE(explanation.meaning.fields.at(0).value, shown.toStdString());
        QCOMPARE(hasFinding(explanation, "message.text.hidden"), isFlagged);
        QVERIFY(explanation.meaning.understood);
    }

    void hiddenCharactersAreToldOnce()
    {
        Meaning meaning = understood();
        meaning.fields = {{"Memo", "a\u202eb", std::nullopt}};
        meaning.findings = {finding("message.text.hidden", Severity::Critical, "Where.")};
        const Explanation explanation = finished(meaning, {});
        QCOMPARE(explanation.meaning.findings.size(), 1U);
        QCOMPARE(explanation.meaning.findings.front().detail, std::string("Where."));
    }

    void finishedNeutralisesEveryText()
    {
        const std::string hostile = "x\u202e\n";
        const Meaning meaning = {true,
                                 hostile,
                                 {{hostile, hostile, hostile}},
                                 {{Effect::Direction::In, hostile, Uint256(1), hostile, hostile, hostile}},
                                 {{hostile, Severity::Info, hostile, hostile, {hostile}}},
                                 {{Source::Kind::List, hostile, hostile}}};
        const Meaning shown = {true,
                               "x",
                               {{"x", "x", "x"}},
                               {{Effect::Direction::In, "x", Uint256(1), "x", "x", "x"}},
                               {{"x", Severity::Info, "x", "x", {"x"}}},
                               {{Source::Kind::List, "x", "x"}}};
        Explanation explanation = finished(meaning, {});
        QVERIFY(hasFinding(explanation, "message.text.hidden"));
        explanation.meaning.findings.erase(explanation.meaning.findings.begin());
        QVERIFY(explanation.meaning == shown);
    }

    void whatIsShortenedIsNotUnderstood()
    {
        QVERIFY(finishedWithValue(std::string(8'192, 'a')).meaning.understood);
        const Explanation explanation = finishedWithValue(std::string(8'193, 'a'));
        QVERIFY(!explanation.meaning.understood);
        QVERIFY(hasFinding(explanation, "message.incomplete"));
        QCOMPARE(explanation.meaning.fields.at(0).value, std::string(8'191, 'a') + "…");
    }

    void finishedIsBounded()
    {
        Meaning meaning = understood();
        meaning.fields.assign(400, {"l", "v", "p"});
        meaning.effects.assign(200, effectOf("e"));
        for (int i = 0; i < 200; ++i) {
            meaning.findings.push_back(finding("evm.f" + std::to_string(i), Severity::Info));
        }
        const Explanation full = finished(meaning, {});
        QVERIFY(full.meaning.understood);
        QCOMPARE(full.meaning.findings.size(), 200U);

        const auto refused = [](const Meaning& more) {
            const Meaning got = finished(more, {}).meaning;
            return !got.understood && got.intent.empty() && got.fields.size() <= 400 &&
                   got.effects.size() <= 200 && got.findings.size() == 200 &&
                   got.findings.back().id == "message.incomplete";
        };
        Meaning fields = meaning;
        fields.fields.push_back({"l", "v", "p"});
        QVERIFY(refused(fields));
        Meaning effects = meaning;
        effects.effects.push_back(effectOf("e"));
        QVERIFY(refused(effects));
        Meaning findings = meaning;
        findings.findings.push_back(finding("evm.last", Severity::Critical));
        QVERIFY(refused(findings));
        // The gravest is kept.
        QCOMPARE(finished(findings, {}).meaning.findings.front().id, std::string("evm.last"));
        Meaning hidden = meaning;
        hidden.fields.front().value = "\u200b";
        QVERIFY(refused(hidden));
    }

    void finishingAgainChangesNothing()
    {
        std::mt19937 random(8785);
        const auto text = [&random] {
            std::string bytes(random() % 40, ' ');
            std::ranges::generate(bytes, [&random] { return static_cast<char>(random() % 256); });
            return bytes;
        };
        for (int round = 0; round < 300; ++round) {
            Meaning meaning = understood();
            for (unsigned i = random() % 8; i > 0; --i) {
                meaning.fields.push_back({text(), text(), text()});
                meaning.effects.push_back(effectOf(text()));
                meaning.findings.push_back(
                    {text(), static_cast<Severity>(random() % 4), text(), text(), {text()}});
                meaning.sources.push_back({Source::Kind::List, text(), text()});
            }
            const Meaning once = finished(meaning, {}).meaning;
            QVERIFY(finished(once, {}).meaning == once);
        }
    }
};

COUNTERSIGN_APPLESS_TEST(MeaningTest)
#include "Meaning_test.moc"
