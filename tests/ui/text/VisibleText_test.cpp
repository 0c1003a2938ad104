#include "ui/text/VisibleText.h"

#include "tests/support/TestProgram.h"
#include "ui/pages/detail/DeliveryDetail.h"
#include "ui/text/AddressText.h"
#include "ui/text/TimeText.h"

#include <QTest>

using namespace countersign;

class VisibleTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsWhatHides()
    {
        QCOMPARE(visibleText("plain ünïcödé 漢"), QString::fromUtf8("plain ünïcödé 漢"));
        QCOMPARE(visibleText("a\xe2\x80\xae"
                             "b"),
                 QStringLiteral("a\\u{202E}b"));  // right-to-left override
        QCOMPARE(visibleText("a\xe2\x80\x8b"
                             "b"),
                 QStringLiteral("a\\u{200B}b"));  // zero width space
        QCOMPARE(visibleText(std::string_view("a\0b\x1b[31m", 8)), QStringLiteral("a\\u{0}b\\u{1B}[31m"));
        QCOMPARE(visibleText("one\ntwo"), QStringLiteral("one\\u{A}two"));
        QCOMPARE(visibleText("one\ntwo", true), QStringLiteral("one\ntwo"));
        QCOMPARE(visibleText("<b>&amp;"), QStringLiteral("<b>&amp;"));
    }

    void neverBreaksOnBadUtf8()
    {
        QCOMPARE(visibleText("\xff"
                             "a"),
                 QStringLiteral("\\xffa"));
        QCOMPARE(visibleText("\xc0\xaf"), QStringLiteral("\\xc0\\xaf"));           // overlong
        QCOMPARE(visibleText("\xed\xa0\x80"), QStringLiteral("\\xed\\xa0\\x80"));  // surrogate
        QCOMPARE(visibleText("\xf4\x90\x80\x80"), QStringLiteral("\\xf4\\x90\\x80\\x80"));
        QCOMPARE(visibleText("\xe2\x82"), QStringLiteral("\\xe2\\x82"));  // cut short
    }

    void staysBounded()
    {
        QCOMPARE(visibleText(std::string(1000, 'x'), false, 10).size(), 10);
        const std::string nested = std::string(20'000, '[');
        QVERIFY(prettyBody(nested).size() < 500);
        QCOMPARE(hexDump(std::string(100, 'x'), 32).count(u'\n'), 2);
    }

    void toolTipsAreNoMarkup()
    {
        QVERIFY(plainToolTip(QStringLiteral("<img src=x>")).contains(QStringLiteral("&lt;img")));
        QVERIFY(plainToolTip({}).isEmpty());
    }

    void laysOutBodiesAndHeaders()
    {
        QCOMPARE(prettyBody(R"({"b":1,"a":"<i>"})"), QStringLiteral("{\n  \"b\": 1,\n  \"a\": \"<i>\"\n}"));
        QVERIFY(prettyBody("not json").contains(QStringLiteral("Raw")));
        QCOMPARE(headerLines(R"([["x-a","1"],["x-a","2\r\nevil: 3"]])"),
                 QStringLiteral("x-a: 1\nx-a: 2\\u{D}\\u{A}evil: 3\n"));
        QCOMPARE(headerLines(R"({"a":1})"), QStringLiteral("{\"a\":1}"));
        QCOMPARE(hexDump("AB\xff", 16).trimmed().section(u' ', 0, 3), QStringLiteral("000000  41 42"));
    }

    void groupsAddresses()
    {
        const QString evm = QStringLiteral("0x52908400098527886E0F7030069857D2E4169EE7");
        QCOMPARE(elidedAddress(evm), QStringLiteral("0x5290 8400 … E416 9EE7"));
        QCOMPARE(groupedAddress(evm), QStringLiteral("0x5290 8400 0985 2788 6E0F 7030 0698 57D2 E416 9EE7"));
        QCOMPARE(groupedAddress(evm).remove(u' '), evm);
        const QString solana = QStringLiteral("4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB4T");
        QCOMPARE(elidedAddress(solana), QStringLiteral("4Nd1 mBQt … Ls4g DB4T"));
        QCOMPARE(elidedAddress(QStringLiteral("short")), QStringLiteral("short"));
        QCOMPARE(elidedId(QStringLiteral("2c5fa3d4-6d11-4c55-9b7a-0f5cbb1f2a10")),
                 QStringLiteral("2c5fa3d4…1f2a10"));
    }

    void saysTimes()
    {
        const UnixMillis now = 1'770'120'000'000;
        QCOMPARE(relativeTime(now - 500, now), QStringLiteral("just now"));
        QCOMPARE(relativeTime(now - 4'000, now), QStringLiteral("4 s ago"));
        QCOMPARE(relativeTime(now - 59'999, now), QStringLiteral("59 s ago"));
        QCOMPARE(relativeTime(now - 60'000, now), QStringLiteral("1 min ago"));
        QCOMPARE(relativeTime(now - 3'600'000, now), QStringLiteral("1 h ago"));
        QCOMPARE(relativeTime(now - 3 * 86'400'000LL, now), QStringLiteral("3 days ago"));
        QCOMPARE(relativeTime(now + 60'000, now), QStringLiteral("ahead of this clock"));
        QCOMPARE(utcTime(now), QStringLiteral("2026-02-03 12:00:00 UTC"));
        QVERIFY(absoluteTime(now).contains(utcTime(now)));
        QCOMPARE(durationText(-340), QStringLiteral("−340 ms"));
    }
};

COUNTERSIGN_GUI_TEST(VisibleTextTest)
#include "VisibleText_test.moc"
