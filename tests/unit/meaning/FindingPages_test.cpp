#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace countersign;
using namespace Qt::StringLiterals;

namespace {

QString contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// What looks like a finding's id in the sources of a folder.
QSet<QString> idsInSources(const char* folder)
{
    static const QRegularExpression id(
        u"\"((?:evm|solana|message|recipient|fee|job|descriptor)\\.[A-Za-z0-9.]+)\""_s);
    // Places in typed data, and a beginning that names are put behind.
    static const QSet<QString> others = {u"message.data"_s, u"message.details.token"_s, u"message.signIn."_s};
    QSet<QString> ids;
    QDirIterator files(sourcePath(folder), {u"*.cpp"_s, u"*.h"_s}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString text = contentOf(files.next());
        for (auto match = id.globalMatch(text); match.hasNext();) {
            ids.insert(match.next().captured(1));
        }
    }
    return ids - others;
}

QStringList pages()
{
    return QDir(sourcePath("docs/findings")).entryList({u"*.md"_s}, QDir::Files, QDir::Name);
}

}  // namespace

/// docs/findings has a page for each finding, and the window has them all.
class FindingPagesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFindingHasItsPage()
    {
        QSet<QString> ids = idsInSources("core/meaning");
        QVERIFY(ids.size() > 100);
        const QSet<QString> local = idsInSources("core/signing/local");
        QVERIFY(local.size() > 10);
        ids += local;
        const QStringList written = pages();
        for (const QString& id : ids) {
            QVERIFY2(written.contains(id + u".md"_s), qPrintable(id));
        }
    }

    void everyPageBeginsWithItsIdAndSaysSomething()
    {
        for (const QString& page : pages()) {
            const QString text = contentOf(sourcePath("docs/findings/") + page);
            QVERIFY2(text.startsWith(u"# "_s + page.chopped(3) + u'\n'), qPrintable(page));
            QVERIFY2(text.size() > 200, qPrintable(page));
        }
    }

    void everyPageIsInTheProgram()
    {
        const QString list = contentOf(sourcePath("docs/findings/findings.qrc"));
        for (const QString& page : pages()) {
            QVERIFY2(list.contains(u"<file>"_s + page + u"</file>"_s), qPrintable(page));
        }
    }
};

COUNTERSIGN_APPLESS_TEST(FindingPagesTest)
#include "FindingPages_test.moc"
