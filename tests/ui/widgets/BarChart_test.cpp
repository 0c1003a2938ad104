#include "ui/widgets/BarChart.h"

#include "tests/support/TestProgram.h"

#include <QImage>
#include <QSignalSpy>
#include <QTest>

using namespace countersign;

class BarChartTest : public QObject
{
    Q_OBJECT

private:
    static QList<BarChart::Bar> threeBars()
    {
        return {{QStringLiteral("a"), QStringLiteral("Active"), 120, Tone::Good},
                {QStringLiteral("u"), QStringLiteral("Unusable"), 1, Tone::Bad},
                {QStringLiteral("r"), QStringLiteral("Revoked"), 0, Tone::Neutral}};
    }

private Q_SLOTS:
    void tellsItsNumbersAsText()
    {
        BarChart chart(QStringLiteral("Wallets by state"));
        chart.setBars(threeBars());
        QCOMPARE(chart.accessibleName(), QStringLiteral("Wallets by state"));
        for (const char* part : {"Active: 120", "Unusable: 1", "Revoked: 0", "Chosen: Active"}) {
            QVERIFY2(chart.accessibleDescription().contains(QLatin1String(part)), part);
        }
    }

    void keysChooseABar()
    {
        BarChart chart(QStringLiteral("x"));
        chart.setBars(threeBars());
        const QSignalSpy chosen(&chart, &BarChart::barChosen);
        QTest::keyClick(&chart, Qt::Key_Up);  // there is none above the first
        QTest::keyClick(&chart, Qt::Key_Down);
        QTest::keyClick(&chart, Qt::Key_Return);
        QTest::keyClick(&chart, Qt::Key_Down);
        QTest::keyClick(&chart, Qt::Key_Down);
        QTest::keyClick(&chart, Qt::Key_Space);
        QCOMPARE(chosen.size(), 2);
        QCOMPARE(chosen.at(0).at(0).toString(), QStringLiteral("u"));
        QCOMPARE(chosen.at(1).at(0).toString(), QStringLiteral("r"));
    }

    void aClickChoosesABar()
    {
        BarChart chart(QStringLiteral("x"));
        chart.setBars(threeBars());
        chart.resize(chart.sizeHint());
        const QSignalSpy chosen(&chart, &BarChart::barChosen);
        QTest::mouseClick(&chart, Qt::LeftButton, {}, QPoint(10, chart.height() / 2));
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.at(0).at(0).toString(), QStringLiteral("u"));
        QTest::mouseClick(&chart, Qt::RightButton, {}, QPoint(10, 5));
        QCOMPARE(chosen.size(), 1);
    }

    void drawsWithNothingAndWithMuch()
    {
        BarChart chart(QStringLiteral("x"));
        chart.resize(200, 40);
        chart.grab();
        QTest::keyClick(&chart, Qt::Key_Return);
        chart.setBars({{QStringLiteral("a"), QStringLiteral("Active"), std::numeric_limits<qint64>::max(),
                        Tone::Good}});
        chart.resize(10, 10);
        chart.grab();
        QVERIFY(chart.minimumSizeHint().width() > 0);
    }
};

COUNTERSIGN_GUI_TEST(BarChartTest)
#include "BarChart_test.moc"
