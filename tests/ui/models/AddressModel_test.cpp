#include "ui/models/AddressModel.h"

#include "tests/support/TestProgram.h"
#include "tests/ui/AddressScene.h"

#include <array>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct AddressModelScene
{
    ProfileFixture profile{{.wallets = 1, .passphrase = false}};
    ManualClock clock{fixtureNow};
    ProfileReader reader{profile.databaseFile()};
    std::shared_ptr<AddressIds> numbers = std::make_shared<AddressIds>();
    AddressModel model{reader, numbers, clock};

    explicit AddressModelScene(int entries)
    {
        SQLite::Transaction transaction(profile.database().handle());
        SQLite::Statement row(profile.database().handle(),
                              "INSERT INTO address_entry VALUES ('eip155', ?, ?, ?, '', ?)");
        for (int i = 0; i < entries; ++i) {
            const std::string digits = QString::number(i).rightJustified(40, u'0').toStdString();
            row.bind(1, "0x" + digits);
            row.bind(2, "Name " + std::to_string(entries - i));
            row.bind(3, i % 2 == 0 ? "even" : "odd");
            row.bind(4, i);
            row.exec();
            row.reset();
        }
        transaction.commit();
        model.start();
        settle();
    }
    void settle()
    {
        if (!waitUntil([this] { return model.isSettled() && reader.isIdle(); }, patienceMs)) {
            qFatal("not settled");
        }
    }
    QString name(int row)
    {
        if (!waitUntil([this, row] { return model.rowAt(row) != nullptr; }, patienceMs)) {
            qFatal("no row");
        }
        return model.index(row, AddressModel::Name).data().toString();
    }
};

}  // namespace

class AddressModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initialiseSodium(); }

    void rowsAreReadPageByPage()
    {
        AddressModelScene scene(5'000);
        QCOMPARE(scene.model.rowCount(), 5'000);
        // Far away: nothing there was read yet.
        QVERIFY(scene.model.index(4'900, 0).data(LoadingRole).toBool());
        scene.model.sort(AddressModel::Changed, Qt::DescendingOrder);
        scene.settle();
        QCOMPARE(scene.name(0), QStringLiteral("Name 1"));
        QCOMPARE(scene.name(4'999), QStringLiteral("Name 5000"));
        scene.model.sort(AddressModel::Address, Qt::AscendingOrder);
        scene.settle();
        QCOMPARE(scene.name(17), QStringLiteral("Name 4983"));
    }

    void orders_data()
    {
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("first");
        QTest::newRow("name") << int(AddressModel::Name) << "Name 1";
        QTest::newRow("address") << int(AddressModel::Address) << "Name 10";
        QTest::newRow("chain") << int(AddressModel::Chain) << "Name 10";
        QTest::newRow("tags") << int(AddressModel::Tags) << "Name 10";
        QTest::newRow("lists") << int(AddressModel::Lists) << "Name 10";
        QTest::newRow("changed") << int(AddressModel::Changed) << "Name 10";
    }
    void orders()
    {
        QFETCH(const int, column);
        QFETCH(const QString, first);
        AddressModelScene scene(10);
        scene.model.sort(column, Qt::AscendingOrder);
        scene.settle();
        QCOMPARE(scene.name(0), first);
    }

    void numbersMeanTheSameAddressWhateverHappens()
    {
        AddressModelScene scene(10);
        const std::int64_t id = scene.model.idAt(3);
        const QString name = scene.name(3);
        scene.model.setFilter({.words = {}, .chain = {}, .tag = "even", .list = {}});
        scene.settle();
        QCOMPARE(scene.model.rowCount(), 5);
        scene.model.setFilter({});
        scene.model.sort(AddressModel::Name, Qt::DescendingOrder);
        scene.settle();
        QCOMPARE(scene.name(scene.model.rowOf(id)), name);
        scene.profile.database().handle().exec("DELETE FROM address_entry WHERE name <> '" +
                                               name.toStdString() + "'");
        scene.model.refresh();
        scene.settle();
        QCOMPARE(scene.model.idAt(0), id);
        QVERIFY(scene.numbers->keys(std::array<std::int64_t, 3>{0, -1, 1'000}).front() == AddressKey());
    }
};

COUNTERSIGN_GUI_TEST(AddressModelTest)
#include "AddressModel_test.moc"
