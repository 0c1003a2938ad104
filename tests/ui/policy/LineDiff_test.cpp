#include "ui/policy/LineDiff.h"

#include "tests/support/TestProgram.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

using namespace countersign;

namespace {

QString sideOf(const std::vector<DiffLine>& lines, DiffLine::Kind other)
{
    QStringList side;
    for (const DiffLine& line : lines) {
        if (line.kind != other) {
            side << line.text;
        }
    }
    return side.join(u'\n');
}

auto changesIn(const std::vector<DiffLine>& lines)
{
    return std::ranges::count_if(lines,
                                 [](const DiffLine& line) { return line.kind != DiffLine::Kind::Same; });
}

}  // namespace

class LineDiffTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyWhatDiffersIsMarked()
    {
        const auto lines = lineDiff(QStringLiteral("a\nb\nc\nd"), QStringLiteral("a\nx\nc\nd\ne"));
        const std::vector<DiffLine> wanted = {
            {DiffLine::Kind::Same, QStringLiteral("a")},  {DiffLine::Kind::Removed, QStringLiteral("b")},
            {DiffLine::Kind::Added, QStringLiteral("x")}, {DiffLine::Kind::Same, QStringLiteral("c")},
            {DiffLine::Kind::Same, QStringLiteral("d")},  {DiffLine::Kind::Added, QStringLiteral("e")}};
        QVERIFY(lines == wanted);
        QVERIFY(hasChanges(lines));
        QVERIFY(!hasChanges(lineDiff(QStringLiteral("a\nb"), QStringLiteral("a\nb"))));
        QVERIFY(hasChanges(lineDiff(QString(), QStringLiteral("a"))));
    }

    /// Both texts can be made of it, and it is as short as it can be.
    void bothSidesAreWhole()
    {
        QRandomGenerator random(7);
        for (int i = 0; i < 2'000; ++i) {
            const auto any = [&random] {
                QStringList lines;
                const int count = random.bounded(12);
                for (int j = 0; j < count; ++j) {
                    lines << QString(QChar(u'a' + random.bounded(4)));
                }
                return lines.join(u'\n');
            };
            const QString before = any();
            const QString after = any();
            const auto lines = lineDiff(before, after);
            QCOMPARE(sideOf(lines, DiffLine::Kind::Added), before);
            QCOMPARE(sideOf(lines, DiffLine::Kind::Removed), after);
            QCOMPARE(changesIn(lines), changesIn(lineDiff(after, before)));
        }
    }

    void longTextsThatDifferThroughoutAreReplaced()
    {
        QStringList before;
        QStringList after;
        for (int i = 0; i < 9'000; ++i) {
            before << QStringLiteral("before %1").arg(i);
            after << QStringLiteral("after %1").arg(i);
        }
        const auto lines = lineDiff(QStringLiteral("same\n") + before.join(u'\n'),
                                    QStringLiteral("same\n") + after.join(u'\n'));
        QCOMPARE(lines.size(), std::size_t{18'001});
        QVERIFY(lines.front().kind == DiffLine::Kind::Same);
        QVERIFY(lines[1].kind == DiffLine::Kind::Removed && lines.back().kind == DiffLine::Kind::Added);
    }
};

COUNTERSIGN_APPLESS_TEST(LineDiffTest)
#include "LineDiff_test.moc"
