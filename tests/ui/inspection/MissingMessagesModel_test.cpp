#include "ui/inspection/MissingMessagesModel.h"

#include "tests/support/TestProgram.h"
#include "ui/widgets/table/CellDelegate.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace countersign;

class MissingMessagesModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsWhatIsMissingAndWhatHasArrived()
    {
        MissingMessagesModel model;
        const QAbstractItemModelTester tester(&model);
        QCOMPARE(model.rowCount(), 0);
        QVERIFY(model.missingAt(0) == nullptr);
        ReconciliationReport report;
        MissingMessage message;
        message.messageId = "m1";
        message.eventId = "e1\n";
        report.missing.push_back(message);
        message.messageId = "m2";
        message.eventName = "wallet.delegation.created";
        message.createdAt = 1'750'000'000'000;
        message.hasArrived = true;
        report.missing.push_back(message);
        model.setReport(std::make_shared<const ReconciliationReport>(report));
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.missingCount(), 1);
        QCOMPARE(model.missingAt(0)->messageId, std::string("m1"));
        QVERIFY(model.missingAt(1) == nullptr && model.missingAt(2) == nullptr);
        const auto text = [&](int row, int column) { return model.index(row, column).data().toString(); };
        QCOMPARE(text(0, MissingMessagesModel::EventColumn), QStringLiteral("not told"));
        // What somebody else wrote is made visible.
        QVERIFY(!text(0, MissingMessagesModel::IdColumn).contains(u'\n'));
        QCOMPARE(text(1, MissingMessagesModel::EventColumn), QStringLiteral("wallet.delegation.created"));
        QVERIFY(text(1, MissingMessagesModel::TimeColumn).startsWith(QStringLiteral("2025-06-15")));
        QVERIFY(text(0, MissingMessagesModel::StateColumn) != text(1, MissingMessagesModel::StateColumn));
        QVERIFY(model.index(1, 0).data(MutedRole).toBool() && !model.index(0, 0).data(MutedRole).toBool());
        model.setReport(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }
};

COUNTERSIGN_GUI_TEST(MissingMessagesModelTest)
#include "MissingMessagesModel_test.moc"
