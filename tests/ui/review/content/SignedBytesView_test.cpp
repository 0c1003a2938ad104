#include "ui/review/content/SignedBytesView.h"

#include "tests/support/TestProgram.h"
#include "ui/theme/Theme.h"

#include <QTest>

using namespace countersign;

namespace {

/// 40 bytes: a field over the end of a line, one with a length before it, one with members.
SignedBytes example()
{
    SignedBytes shown;
    for (std::uint8_t i = 0; i < 40; ++i) {
        shown.bytes.push_back(static_cast<std::uint8_t>(0x30 + i));
    }
    shown.spans = {{0, 1, "length", "", true},      {1, 13, "nonce", "nonce"},
                   {14, 1, "length", "data", true}, {15, 4, "selector", "data.selector"},
                   {19, 20, "word 0", "data.0"},    {39, 1, "value", "value"}};
    return shown;
}

using Marks = QList<QPair<qsizetype, qsizetype>>;

QTreeWidgetItem* itemNamed(const SignedBytesView& view, const char* name)
{
    const auto found = view.tree()->findItems(QLatin1String(name), Qt::MatchExactly | Qt::MatchRecursive);
    return found.isEmpty() ? nullptr : found.constFirst();
}

}  // namespace

class SignedBytesViewTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }

    void linesAreOffsetHexAndText()
    {
        const QStringList lines = hexLines(example().bytes).split(u'\n');
        QCOMPARE(lines.size(), 3);
        QCOMPARE(lines.at(0), QStringLiteral("00000000  30 31 32 33 34 35 36 37  38 39 3a 3b 3c 3d 3e 3f  "
                                             "0123456789:;<=>?"));
        QCOMPARE(lines.at(2), QStringLiteral("00000020  50 51 52 53 54 55 56 57 ") + QString(26, u' ') +
                                  QStringLiteral("PQRSTUVW"));
        QCOMPARE(hexLines(Bytes{0x00, 0x1f, 0x7f, 0xff}).right(4), QStringLiteral("...."));
        QVERIFY(hexLines({}).isEmpty());
    }

    void aFieldMarksItsBytes()
    {
        SignedBytesView view;
        view.show(example());
        QVERIFY(view.marked().isEmpty());
        view.tree()->setCurrentItem(itemNamed(view, "nonce"));
        QCOMPARE(view.marked(), (Marks{{1, 13}}));
        // With its length and everything in it.
        view.tree()->setCurrentItem(itemNamed(view, "data"));
        QCOMPARE(view.marked(), (Marks{{14, 1}, {15, 4}, {19, 20}}));
        QVERIFY(itemNamed(view, "data")->text(1).isEmpty());
        QCOMPARE(itemNamed(view, "selector")->text(1), QStringLiteral("3f404142"));
        view.tree()->setCurrentItem(itemNamed(view, "word 0"));
        QCOMPARE(view.marked(), (Marks{{19, 20}}));
        // Over two lines, each in hex and as text.
        QCOMPARE(view.hex()->extraSelections().size(), 4);
        QCOMPARE(view.hex()->extraSelections().at(1).cursor.selectedText(), QStringLiteral("CDEFGHIJKLMNO"));
        QCOMPARE(view.hex()->extraSelections().at(2).cursor.selectedText(),
                 QStringLiteral("50 51 52 53 54 55 56"));
    }

    void theByteAtTheCursorChoosesItsField()
    {
        SignedBytesView view;
        view.show(example());
        const SignedBytes shown = example();
        for (std::size_t at = 1; at < shown.bytes.size(); ++at) {
            view.moveTo(at);
            QVERIFY(view.tree()->currentItem() != nullptr);
            bool isMarked = false;
            for (const auto& [offset, length] : view.marked()) {
                isMarked = isMarked || (qsizetype(at) >= offset && qsizetype(at) < offset + length);
            }
            QVERIFY2(isMarked, QByteArray::number(qulonglong(at)).constData());
        }
        view.moveTo(39);
        QCOMPARE(view.tree()->currentItem()->text(0), QStringLiteral("value"));
        // The length of everything belongs to no field.
        view.moveTo(0);
        QVERIFY(view.marked().isEmpty());
        // With the keyboard, and in the text beside the hex.
        QTest::keyClick(view.hex(), Qt::Key_End);
        QCOMPARE(view.tree()->currentItem()->text(0), QStringLiteral("selector"));
    }

    void theSameBytesKeepTheirPlace()
    {
        SignedBytesView view;
        view.show(example());
        view.tree()->setCurrentItem(itemNamed(view, "nonce"));
        view.show(example());
        QCOMPARE(view.marked(), (Marks{{1, 13}}));
        view.show({Bytes{1}, {{0, 1, "message", "message"}}});
        QVERIFY(view.marked().isEmpty());
        QCOMPARE(view.tree()->topLevelItemCount(), 1);
        view.show({});
        QCOMPARE(view.tree()->topLevelItemCount(), 0);
    }

    void whatIsLongIsCutAndSaysSo()
    {
        SignedBytesView view;
        const std::size_t size = SignedBytesView::shownBytes + 100;
        view.show({Bytes(size, 7), {{0, size, "message", "message"}}});
        QCOMPARE(view.hex()->document()->blockCount(), int(SignedBytesView::shownBytes / 16));
        view.tree()->setCurrentItem(view.tree()->topLevelItem(0));
        QCOMPARE(view.marked(), (Marks{{0, qsizetype(size)}}));
        view.moveTo(size - 1);  // not there
    }
};

COUNTERSIGN_GUI_TEST(SignedBytesViewTest)
#include "SignedBytesView_test.moc"
