#include "ui/models/WalletModel.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/ProfileFixture.h"
#include "ui/models/DeliveryModel.h"
#include "ui/models/QuarantineModel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace countersign;
using countersign::testing::fixtureNow;
using countersign::testing::ProfileFixture;

class WalletModelTest : public QObject
{
    Q_OBJECT

private:
private Q_SLOTS:
    void pagesFiveThousandRows()
    {
        ProfileFixture profile({.wallets = 5'000});
        ManualClock clock(fixtureNow);
        ProfileReader reader(profile.databaseFile());
        WalletModel model(reader, clock);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), 0);
        model.start();
        QCOMPARE(model.rowCount(), 0);  // nothing was read on this thread
        QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 5'000, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(model.isSettled(), patienceMs);

        const QModelIndex last = model.index(4'999, WalletModel::Address);
        QVERIFY(last.data(LoadingRole).toBool());
        QVERIFY(last.data(Qt::DisplayRole).toString().isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(!last.data(LoadingRole).toBool(), patienceMs);
        QVERIFY(last.data(CopyRole).toString().size() > 30);
        QVERIFY(last.data(AddressBytesRole).toByteArray().size() >= 20);
        QVERIFY(model.index(4'999, WalletModel::Status).data(StateRole).isValid());

        model.sort(WalletModel::Received, Qt::AscendingOrder);
        QTRY_VERIFY_WITH_TIMEOUT(model.state() == PagedTableModel::State::Ready && model.isSettled(),
                                 patienceMs);
        QCOMPARE(model.rowCount(), 5'000);
        QCOMPARE(model.idAt(0), 5'000);
    }

    void newRowsKeepTheOldOnes()
    {
        ProfileFixture profile({.wallets = 300});
        ManualClock clock(fixtureNow);
        ProfileReader reader(profile.databaseFile());
        WalletModel model(reader, clock);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.sort(WalletModel::Received, Qt::AscendingOrder);
        model.start();
        QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 300, patienceMs);
        const QPersistentModelIndex kept = model.index(120, 0);
        const std::int64_t id = model.idAt(120);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        profile.addWallets({.wallets = 50});  // all are older: they come before
        model.refresh();
        QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 350, patienceMs);
        QCOMPARE(reset.count(), 0);
        QCOMPARE(kept.row(), 170);
        QCOMPARE(model.idAt(kept.row()), id);
    }

    void lateAnswersOfAnOldQuestionAreDropped()
    {
        ProfileFixture profile({.wallets = 500});
        ManualClock clock(fixtureNow);
        ProfileReader reader(profile.databaseFile());
        WalletModel model(reader, clock);
        model.start();
        model.setFilter({.status = WalletStatus::Revoked});
        model.setFilter({.chain = "SVM", .status = WalletStatus::Superseded});
        QTRY_VERIFY_WITH_TIMEOUT(model.isSettled() && reader.isIdle(), patienceMs);
        const auto expected =
            WalletCatalog(profile.database()).ids({.chain = "SVM", .status = WalletStatus::Superseded}, {});
        QCOMPARE(model.rowCount(), static_cast<int>(expected->size()));
        QCOMPARE(model.idAt(0), expected->front());
    }

    void changedRowsAreReadAgain()
    {
        ProfileFixture profile({.wallets = 10, .healthy = true});
        ManualClock clock(fixtureNow);
        ProfileReader reader(profile.databaseFile());
        WalletModel model(reader, clock);
        model.start();
        QTRY_VERIFY_WITH_TIMEOUT(model.isSettled() && model.rowCount() == 10, patienceMs);
        const QModelIndex status = model.index(0, WalletModel::Status);
        QTRY_COMPARE_WITH_TIMEOUT(status.data().toString(), QStringLiteral("Active"), patienceMs);
        profile.database().handle().exec("UPDATE wallet SET status = 'revoked', health = 'revoked'");
        model.refresh();
        QTRY_COMPARE_WITH_TIMEOUT(status.data().toString(), QStringLiteral("Revoked"), patienceMs);
    }

    void missingProfileIsAState()
    {
        const QTemporaryDir folder;
        ManualClock clock(fixtureNow);
        ProfileReader reader(std::filesystem::path(folder.path().toStdString()) / "profile.sqlite");
        WalletModel model(reader, clock);
        model.start();
        QTRY_COMPARE_WITH_TIMEOUT(model.state(), PagedTableModel::State::Failed, patienceMs);
        QVERIFY(!model.error().sentence.isEmpty());
    }

    void deliveriesAndQuarantine()
    {
        ProfileFixture profile({.wallets = 40, .deliveriesPerWallet = 3});
        ManualClock clock(fixtureNow);
        ProfileReader reader(profile.databaseFile());
        DeliveryModel deliveries(reader, clock);
        QuarantineModel quarantine(reader, clock);
        const QAbstractItemModelTester first(&deliveries,
                                             QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QAbstractItemModelTester second(&quarantine,
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        deliveries.start();
        quarantine.refresh();
        QTRY_COMPARE_WITH_TIMEOUT(deliveries.rowCount(), 120, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(quarantine.rowCount(), 2, patienceMs);
        QCOMPARE(quarantine.index(0, QuarantineModel::Reason).data().toString(),
                 QStringLiteral("Cannot decrypt"));
        profile.addDelivery("<b>evil</b>\xe2\x80\xae", "unknown", "{}");
        deliveries.refresh();
        QTRY_COMPARE_WITH_TIMEOUT(deliveries.rowCount(), 121, patienceMs);
        const QModelIndex name = deliveries.index(0, DeliveryModel::Name);
        QTRY_COMPARE_WITH_TIMEOUT(name.data().toString(), QStringLiteral("<b>evil</b>\\u{202E}"), patienceMs);
        QVERIFY(!name.data(Qt::ToolTipRole).toString().contains(QStringLiteral("<b>")));
    }
};

COUNTERSIGN_GUI_TEST(WalletModelTest)
#include "WalletModel_test.moc"
