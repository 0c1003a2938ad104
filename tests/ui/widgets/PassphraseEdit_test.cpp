#include "ui/widgets/PassphraseEdit.h"

#include "tests/support/TestProgram.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QTest>

using namespace countersign;

class PassphraseEditTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void collectsWhatIsTyped()
    {
        PassphraseEdit edit;
        QSignalSpy submitted(&edit, &PassphraseEdit::submitted);
        QTest::keyClicks(&edit, QStringLiteral("open sesame"));
        QTest::keyClick(&edit, Qt::Key_Backspace);
        QTest::keyClick(&edit, Qt::Key_Return);
        QCOMPARE(submitted.count(), 1);
        QCOMPARE(edit.take().text(), std::string_view("open sesam"));
        QVERIFY(edit.isEmpty());
        QVERIFY(edit.take().isEmpty());
    }

    void deletesWholeCharacters()
    {
        PassphraseEdit edit;
        QGuiApplication::clipboard()->setText(QString::fromUtf8("aé漢"));
        QTest::keySequence(&edit, QKeySequence::Paste);
        QTest::keyClick(&edit, Qt::Key_Backspace);
        QCOMPARE(edit.take().text(), std::string_view("a\xc3\xa9"));
    }

    void isBounded()
    {
        PassphraseEdit edit;
        QGuiApplication::clipboard()->setText(QString(PassphraseEdit::capacity, u'x'));
        QTest::keySequence(&edit, QKeySequence::Paste);
        QTest::keyClicks(&edit, QStringLiteral("y"));
        QCOMPARE(edit.take().size(), PassphraseEdit::capacity);
    }

    void neverShowsNorCopies()
    {
        PassphraseEdit edit;
        edit.resize(300, 32);
        QTest::keyClicks(&edit, QStringLiteral("aaaa"));
        const QImage first = edit.grab().toImage();
        edit.clear();
        QTest::keyClicks(&edit, QStringLiteral("zzzz"));
        QCOMPARE(edit.grab().toImage(), first);
        QGuiApplication::clipboard()->setText(QStringLiteral("before"));
        QTest::keySequence(&edit, QKeySequence::Copy);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("before"));
    }
};

COUNTERSIGN_GUI_TEST(PassphraseEditTest)
#include "PassphraseEdit_test.moc"
