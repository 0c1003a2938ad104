#include "ui/export/ExportTask.h"

#include "core/base/encoding/Json.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/ProfileFixture.h"
#include "ui/export/ExportDialog.h"
#include "ui/export/ListRows.h"

#include <QPointer>
#include <QSignalSpy>
#include <QTest>

using namespace countersign;
using countersign::testing::ProfileFixture;

namespace {

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

ExportTask::Write allWallets(bool asCsv)
{
    return [asCsv](Database& database, ExportSink& sink) -> Status {
        const WalletCatalog catalog(database);
        ASSIGN_OR_RETURN(const auto ids, catalog.ids({}, {}));
        return exportRows(catalog, ids, asCsv, sink);
    };
}

}  // namespace

class ExportTaskTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesEveryRow()
    {
        const ProfileFixture profile({.wallets = 1'234});
        const QTemporaryDir folder;
        for (const bool asCsv : {true, false}) {
            ExportTask task(profile.databaseFile(), folder.filePath(QStringLiteral("wallets")));
            const QSignalSpy finished(&task, &ExportTask::finished);
            task.start(allWallets(asCsv));
            QVERIFY(task.isRunning());
            QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patienceMs);
            QCOMPARE(finished.at(0).at(0).toLongLong(), 1'234);
            const QByteArray content = contentOf(task.file());
            if (asCsv) {
                QCOMPARE(content.count("\r\n"), 1'235);
                QVERIFY(content.startsWith("walletId,chain,address,"));
            } else {
                const auto json =
                    parseJson(content.toStdString(), {.maxBytes = 10'000'000, .maxValues = 1'000'000});
                QVERIFY(json && json->size() == 1'234U);
            }
        }
    }

    void nothingIsAnEmptyList()
    {
        const ProfileFixture profile({.wallets = 0});
        const QTemporaryDir folder;
        ExportTask task(profile.databaseFile(), folder.filePath(QStringLiteral("none.json")));
        const QSignalSpy finished(&task, &ExportTask::finished);
        task.start(allWallets(false));
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patienceMs);
        QCOMPARE(contentOf(task.file()), QByteArray("[]\n"));
    }

    void cancelledLeavesNothing()
    {
        const ProfileFixture profile({.wallets = 3'000});
        const QTemporaryDir folder;
        ExportTask task(profile.databaseFile(), folder.filePath(QStringLiteral("wallets.csv")));
        const QSignalSpy failed(&task, &ExportTask::failed);
        task.cancel();
        task.start(allWallets(true));
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, patienceMs);
        QCOMPARE(failed.at(0).at(0).value<Error>().code, ErrorCode::Cancelled);
        QVERIFY(QDir(folder.path()).isEmpty());
    }

    void endsWithItsOwner()
    {
        const ProfileFixture profile({.wallets = 2'000});
        const QTemporaryDir folder;
        {
            ExportTask task(profile.databaseFile(), folder.filePath(QStringLiteral("wallets.csv")));
            task.start([](Database& /*database*/, ExportSink& sink) -> Status {
                for (;;) {  // until it is cancelled
                    RETURN_IF_ERROR(sink.write("x"));
                }
            });
        }
        QVERIFY(QDir(folder.path()).isEmpty());
    }

    void dialogTellsTheOutcome()
    {
        const ProfileFixture profile({.wallets = 7});
        const QTemporaryDir folder;
        const QPointer<ExportDialog> dialog =
            new ExportDialog(profile.databaseFile(), folder.filePath(QStringLiteral("w.csv")));
        dialog->start(allWallets(true));
        QTRY_VERIFY_WITH_TIMEOUT(dialog->sentence().startsWith(QStringLiteral("7 rows")), patienceMs);
        dialog->reject();
        delete dialog;
        auto* nowhere = new ExportDialog(profile.databaseFile(), QStringLiteral("/nowhere/at/all.csv"));
        nowhere->start(allWallets(true));
        QTRY_VERIFY_WITH_TIMEOUT(nowhere->sentence().contains(QStringLiteral("cannot be written")),
                                 patienceMs);
        delete nowhere;
    }

    void hostileRowsAreTextInCsv()
    {
        Wallet wallet;
        wallet.walletId = "=1+1";
        wallet.address = "a,\"b\"";
        wallet.healthDetail = "\xff";
        const std::string line = csvValues(exportRow(wallet));
        QVERIFY(line.starts_with("'=1+1,,\"a,\"\"b\"\"\",,active,"));
        QCOMPARE(exportRow(Job()).size(), 19U);
        QCOMPARE(exportRow(Delivery()).size(), 14U);
        QCOMPARE(exportRow(QuarantineItem()).size(), 14U);
    }
};

COUNTERSIGN_GUI_TEST(ExportTaskTest)
#include "ExportTask_test.moc"
