#include "ui/widgets/LifeLine.h"

#include "tests/support/TestProgram.h"
#include "ui/theme/Theme.h"

#include <QImage>
#include <QTest>

using namespace countersign;

class LifeLineTest : public QObject
{
    Q_OBJECT

    static constexpr UnixMillis first = 1'750'000'000'000;
    static constexpr UnixMillis today = first + 1'000'000;
    static QList<LifeLine::Mark> marks()
    {
        return {{today + 5, false, Tone::Bad, QStringLiteral("from a clock ahead")},
                {first, true, Tone::Good, QStringLiteral("delegated")},
                {first + 500'000, false, Tone::Warning, QStringLiteral("revoked")}};
    }

private Q_SLOTS:
    void placesFollowTime()
    {
        LifeLine line;
        line.resize(216, line.sizeHint().height());
        line.setMarks(marks(), today);
        const auto all = marks();
        QCOMPARE(line.placeOf(all.at(1)).x(), 8.0);
        QCOMPARE(line.placeOf(all.at(2)).x(), 108.0);
        QCOMPARE(line.placeOf(all.at(0)).x(), 208.0);  // not beyond the end
        QCOMPARE(line.markAt(line.placeOf(all.at(2)))->words, QStringLiteral("revoked"));
        QVERIFY(line.markAt(QPointF(60, 12)) == nullptr);
        QVERIFY(line.accessibleName().contains(QStringLiteral("2025-06-15")));
        QVERIFY(line.accessibleName().contains(u'3'));
    }

    void oneMarkAloneAndNone()
    {
        LifeLine line;
        line.resize(216, line.sizeHint().height());
        line.setMarks({{first, true, Tone::Good, QStringLiteral("delegated")}}, first);
        QCOMPARE(line.placeOf({first, true, Tone::Good, {}}).x(), 8.0);
        QVERIFY(!line.isHidden());
        line.setMarks({}, first);
        QVERIFY(line.isHidden() && line.markAt(QPointF(8, 12)) == nullptr);
        QVERIFY(line.accessibleName().isEmpty());
    }

    void isDrawnInTheColoursOfItsStates()
    {
        Theme::instance().apply(Theme::Mode::Light);
        LifeLine line;
        line.resize(216, line.sizeHint().height());
        line.setMarks(marks(), today);
        QImage image(line.size(), QImage::Format_ARGB32);
        image.fill(Qt::white);
        line.render(&image);
        QCOMPARE(image.pixelColor(8, 12), Theme::instance().colors().good.text);
        QCOMPARE(image.pixelColor(108, 12), Theme::instance().colors().surface);
    }
};

COUNTERSIGN_GUI_TEST(LifeLineTest)
#include "LifeLine_test.moc"
