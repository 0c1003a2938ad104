#include "ui/theme/ThemeColors.h"

#include "tests/support/TestProgram.h"
#include "ui/theme/StyleSheet.h"
#include "ui/theme/Theme.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>

using namespace countersign;

class ThemeColorsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsContrast()
    {
        QVERIFY(qAbs(contrastRatio(Qt::black, Qt::white) - 21.0) < 0.01);
        QCOMPARE(contrastRatio(Qt::red, Qt::red), 1.0);
        QVERIFY(qAbs(contrastRatio(QColor(0x777777), Qt::white) - 4.48) < 0.01);  // WCAG's known near miss
    }

    void everyPairIsReadable_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }

    void everyPairIsReadable()
    {
        QFETCH(bool, dark);
        const ThemeColors& c = dark ? ThemeColors::darkTheme() : ThemeColors::light();
        const auto check = [](const char* what, const QColor& ink, const QColor& ground) {
            QVERIFY2(contrastRatio(ink, ground) >= 4.5,
                     qPrintable(QStringLiteral("%1: %2 on %3 is %4")
                                    .arg(QLatin1String(what), ink.name(), ground.name())
                                    .arg(contrastRatio(ink, ground))));
        };
        for (const QColor& ground : {c.window, c.surface, c.navigation, c.selection, c.hover}) {
            check("text", c.text, ground);
            check("muted", c.muted, ground);
            check("accent", c.accent, ground);
        }
        for (const Tone tone : {Tone::Neutral, Tone::Good, Tone::Warning, Tone::Bad, Tone::Info}) {
            check("chip", c.tone(tone).text, c.tone(tone).fill);
            check("tone on surface", c.tone(tone).text, c.surface);
            check("tone on navigation", c.tone(tone).text, c.navigation);
            check("tone on window", c.tone(tone).text, c.window);
        }
        check("primary button", c.onAccent, c.accentFill);
        check("disabled button", c.muted, c.neutral.fill);
    }

    void styleSheetNamesEveryColour()
    {
        for (const ThemeColors* colors : {&ThemeColors::light(), &ThemeColors::darkTheme()}) {
            QVERIFY(!styleSheetOf(*colors).contains(u'@'));
        }
    }

    void switchesTheProgram()
    {
        QSignalSpy changed(&Theme::instance(), &Theme::changed);
        Theme::instance().apply(Theme::Mode::Dark);
        QVERIFY(Theme::instance().colors().dark);
        QCOMPARE(QApplication::palette().color(QPalette::Window), ThemeColors::darkTheme().window);
        Theme::instance().apply(Theme::Mode::System);
        Theme::instance().setSystemDark(false);
        QVERIFY(!Theme::instance().colors().dark);
        Theme::instance().setSystemDark(true);
        QVERIFY(Theme::instance().colors().dark);
        Theme::instance().apply(Theme::Mode::Light);
        Theme::instance().setSystemDark(true);
        QVERIFY(!Theme::instance().colors().dark);
        QVERIFY(changed.count() >= 4);
        for (const auto mode : {Theme::Mode::System, Theme::Mode::Light, Theme::Mode::Dark}) {
            QCOMPARE(Theme::modeFrom(Theme::nameOf(mode)), mode);
        }
    }
};

COUNTERSIGN_GUI_TEST(ThemeColorsTest)
#include "ThemeColors_test.moc"
