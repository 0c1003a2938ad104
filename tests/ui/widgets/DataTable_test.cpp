#include "ui/widgets/table/DataTable.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"

#include <QHeaderView>
#include <QStandardItemModel>
#include <QTest>

using namespace countersign;

class DataTableTest : public QObject
{
    Q_OBJECT

private:
    /// Four columns of 100 pixels; the third and then the fourth give way.
    static void prepare(DataTable& table, QStandardItemModel& model)
    {
        table.setModel(&model);
        table.horizontalHeader()->setStretchLastSection(true);
        table.setColumnWidths({100, 100, 100, 100});
        table.setDropOrder({2, 3});
    }

private Q_SLOTS:
    void dropsColumnsInOrder()
    {
        QStandardItemModel model(3, 4);
        DataTable table;
        prepare(table, model);
        table.resize(600, 300);
        table.show();
        QVERIFY(!table.isColumnHidden(2) && !table.isColumnHidden(3));
        table.resize(360, 300);
        QTRY_VERIFY_WITH_TIMEOUT(table.isColumnHidden(2) && !table.isColumnHidden(3), patienceMs);
        table.resize(250, 300);
        QTRY_VERIFY_WITH_TIMEOUT(table.isColumnHidden(2) && table.isColumnHidden(3), patienceMs);
        table.resize(600, 300);
        QTRY_VERIFY_WITH_TIMEOUT(!table.isColumnHidden(2) && !table.isColumnHidden(3), patienceMs);
    }

    void theColumnThatWasStretchedGetsItsWidthBack()
    {
        QStandardItemModel model(3, 4);
        DataTable table;
        prepare(table, model);
        table.resize(290, 300);
        table.show();
        QTRY_VERIFY_WITH_TIMEOUT(table.isColumnHidden(2) && table.isColumnHidden(3), patienceMs);
        QVERIFY(table.columnWidth(1) > 150);                               // it takes what is left
        QCOMPARE(table.columnWidths(), QList<int>({100, 100, 100, 100}));  // which nobody chose
        table.resize(600, 300);
        QTRY_VERIFY_WITH_TIMEOUT(!table.isColumnHidden(3), patienceMs);
        QCOMPARE(table.columnWidth(1), 100);
    }

    void theRoomyColumnTakesOnlyWhatIsSpare()
    {
        QStandardItemModel model(3, 4);
        DataTable table;
        prepare(table, model);
        table.setRoomyColumn(0, 300);
        table.resize(900, 300);
        table.show();
        QTRY_COMPARE_WITH_TIMEOUT(table.columnWidth(0), 300, patienceMs);
        QCOMPARE(table.columnWidths().constFirst(), 100);
        table.resize(500, 300);
        QTRY_COMPARE_WITH_TIMEOUT(table.columnWidth(0), 100, patienceMs);
        QVERIFY(!table.isColumnHidden(2));
        table.setColumnWidth(0, 140);  // by hand
        table.resize(900, 300);
        QTest::qWait(0);
        QCOMPARE(table.columnWidth(0), 140);
        QCOMPARE(table.columnWidths().constFirst(), 140);
    }

    /// Else a large window would leave a wide column to a small one, for which others are left out.
    void aStretchedColumnsWidthIsNobodysChoice()
    {
        QStandardItemModel model(3, 4);
        DataTable table;
        prepare(table, model);
        table.horizontalHeader()->setStretchLastSection(false);
        table.setStretchColumn(1);
        table.resize(900, 300);
        table.show();
        QTRY_VERIFY_WITH_TIMEOUT(table.columnWidth(1) > 400, patienceMs);
        QCOMPARE(table.columnWidths().at(1), 100);
        table.resize(600, 300);
        QTRY_VERIFY_WITH_TIMEOUT(table.columnWidth(1) < 400, patienceMs);
        QVERIFY(!table.isColumnHidden(2) && !table.isColumnHidden(3));
    }
};

COUNTERSIGN_GUI_TEST(DataTableTest)
#include "DataTable_test.moc"
