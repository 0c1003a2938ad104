#include "ui/policy/PolicyOutline.h"

#include "tests/support/TestProgram.h"

#include <QRandomGenerator>
#include <QTest>

using namespace countersign;

namespace {

// No raw text: Qt's moc loses the class behind it.
const QString sample = QString::fromLatin1(
    "{\n"
    "  \"version\": 1, \"name\": \"treasury\",\n"
    "  \"rules\": [\n"
    "    {\"id\": \"a\", \"when\": {\"chains\": [\"eip155:1\"], \"amount\": {\"max\": \"5\"}}, \"then\": "
    "{\"approvals\": 1}},\n"
    "    {\"id\": \"b \\\"quoted\\\" ]}\", \"when\": {}, \"then\": {\"block\": \"No.\"}}\n"
    "  ]\n"
    "}");

QString textOf(const PolicyOutline::Place& place, const QString& text = sample)
{
    return text.mid(place.begin, place.end - place.begin);
}

}  // namespace

class PolicyOutlineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void placesAreWhereTheMembersStand()
    {
        const PolicyOutline outline = PolicyOutline::of(sample);
        QVERIFY(!outline.brokenAt());
        QCOMPARE(textOf(*outline.placeOf(QStringLiteral("name"))), QStringLiteral("\"name\": \"treasury\""));
        QCOMPARE(textOf(*outline.placeOf(QStringLiteral("rules[0].when.chains[0]"))),
                 QStringLiteral("\"eip155:1\""));
        QCOMPARE(textOf(*outline.placeOf(QStringLiteral("rules[0].when.amount.max"))),
                 QStringLiteral("\"max\": \"5\""));
        QVERIFY(textOf(*outline.rule(1)).startsWith(QStringLiteral("{\"id\": \"b")));
        QVERIFY(textOf(*outline.rule(1)).endsWith(QStringLiteral("}}")));
        QVERIFY(!outline.rule(2) && !outline.rule(-1));
    }

    void whatIsMissingIsShownWhereItWouldStand()
    {
        const PolicyOutline outline = PolicyOutline::of(sample);
        // The nearest that is there.
        QCOMPARE(outline.placeOf(QStringLiteral("rules[1].when.amout"))->path,
                 QStringLiteral("rules[1].when"));
        QCOMPARE(outline.placeOf(QStringLiteral("rules[7].id"))->path, QStringLiteral("rules"));
        QCOMPARE(outline.placeOf(QStringLiteral("nothing"))->path, QString());
    }

    void theCursorTellsTheRule()
    {
        const PolicyOutline outline = PolicyOutline::of(sample);
        QCOMPARE(outline.ruleAt(sample.indexOf(QStringLiteral("eip155"))), std::optional(0));
        QCOMPARE(outline.ruleAt(sample.indexOf(QStringLiteral("No."))), std::optional(1));
        QVERIFY(!outline.ruleAt(0));
        QVERIFY(!outline.ruleAt(sample.size()));
        QVERIFY(!outline.ruleAt(-5));
    }

    /// While one types, the beginning is known.
    void whatIsBrokenIsReadAsFarAsItGoes()
    {
        for (qsizetype length = 0; length <= sample.size(); ++length) {
            const QString text = sample.left(length);
            const PolicyOutline outline = PolicyOutline::of(text);
            QCOMPARE(outline.brokenAt().has_value(), length < sample.size());
            for (const PolicyOutline::Place& place : outline.places()) {
                QVERIFY(place.begin >= 0 && place.begin <= place.end && place.end <= text.size());
            }
        }
        const QString half = sample.left(sample.indexOf(QStringLiteral("\"block")));
        QCOMPARE(PolicyOutline::of(half).ruleAt(half.size() - 1), std::optional(1));
    }

    void hostileTextsEnd_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("nothing") << QString();
        QTest::newRow("deep lists") << QString(200'000, u'[');
        QTest::newRow("deep objects") << QStringLiteral("{\"a\":").repeated(100'000);
        QTest::newRow("many") << QStringLiteral("[") + QStringLiteral("1,").repeated(150'000);
        QTest::newRow("an open string") << u'"' + QString(300'000, u'a');
        QTest::newRow("a backslash at the end") << QStringLiteral("{\"a\\");
        QTest::newRow("half a pair") << QStringLiteral("{\"") + QChar(0xd800) + QStringLiteral("\":1}");
        QTest::newRow("zero") << QString(10, QChar(0));
    }
    void hostileTextsEnd()
    {
        QFETCH(const QString, text);
        const PolicyOutline outline = PolicyOutline::of(text);
        QVERIFY(outline.places().size() <= PolicyOutline::maxPlaces);
        for (const PolicyOutline::Place& place : outline.places()) {
            QVERIFY(place.begin >= 0 && place.begin <= place.end && place.end <= text.size());
        }
    }

    void everyTextEnds()
    {
        QRandomGenerator random(4711);
        const QString alphabet = QStringLiteral("{}[]\",:\\ \n1a");
        for (int i = 0; i < 20'000; ++i) {
            QString text;
            const int length = random.bounded(40);
            for (int j = 0; j < length; ++j) {
                text += alphabet[random.bounded(static_cast<int>(alphabet.size()))];
            }
            const PolicyOutline outline = PolicyOutline::of(text);
            for (const PolicyOutline::Place& place : outline.places()) {
                QVERIFY2(place.begin <= place.end && place.end <= text.size(), qPrintable(text));
            }
        }
    }
};

COUNTERSIGN_APPLESS_TEST(PolicyOutlineTest)
#include "PolicyOutline_test.moc"
