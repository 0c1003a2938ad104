#include "core/vault/database/StatementCache.h"

#include "core/vault/database/Database.h"
#include "tests/support/TestProgram.h"

#include <QTemporaryDir>
#include <QTest>

using namespace countersign;

namespace {

constexpr const char* numbers = "SELECT n FROM numbers WHERE n > ? ORDER BY n";

/// An open database with a table of the numbers 1 to 3.
class Scene
{
public:
    Scene()
    {
        m_database.exec("CREATE TABLE numbers (n INTEGER UNIQUE)");
        m_database.exec("INSERT INTO numbers VALUES (1), (2), (3)");
    }

    SQLite::Database& database() { return m_database; }
    int firstAbove(int n)
    {
        auto query = cache.use(numbers);
        query->bind(1, n);
        return query->executeStep() ? query->getColumn(0).getInt() : 0;
    }

private:
    SQLite::Database m_database{":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};

public:
    StatementCache cache{m_database};
};

}  // namespace

class StatementCacheTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void preparesOnce()
    {
        Scene scene;
        const SQLite::Statement* first = &*scene.cache.use(numbers);
        QCOMPARE(scene.firstAbove(0), 1);
        QCOMPARE(scene.firstAbove(2), 3);
        QCOMPARE(&*scene.cache.use(numbers), first);
    }

    /// What one use bound is not there in the next.
    void comesBackClean()
    {
        Scene scene;
        QCOMPARE(scene.firstAbove(1), 2);
        auto query = scene.cache.use(numbers);
        QVERIFY(!query->executeStep());
    }

    void theSameOneMayBeUsedWithinItself()
    {
        Scene scene;
        auto outer = scene.cache.use(numbers);
        outer->bind(1, 0);
        int sum = 0;
        while (outer->executeStep()) {
            sum += outer->getColumn(0).getInt() + scene.firstAbove(outer->getColumn(0).getInt());
        }
        QCOMPARE(sum, 1 + 2 + 2 + 3 + 3);
    }

    /// A read that was left in the middle would hold up every checkpoint and every change of the schema.
    void noReadStaysOpen()
    {
        Scene scene;
        QCOMPARE(scene.firstAbove(0), 1);
        scene.database().exec("DROP TABLE numbers");
    }

    void worksAgainAfterAFailure()
    {
        Scene scene;
        const char* const insert = "INSERT INTO numbers VALUES (?)";
        const auto add = [&](int n) {
            return attempt([&]() -> Status {
                auto statement = scene.cache.use(insert);
                statement->bind(1, n);
                statement->exec();
                return {};
            });
        };
        QVERIFY(!add(3));
        QVERIFY(add(4).has_value());
        QCOMPARE(scene.firstAbove(3), 4);
    }

    void bindsWhatIsAbsentAsNull()
    {
        Scene scene;
        auto query = scene.cache.use("SELECT typeof(?1), typeof(?2), length(?3), typeof(?3)");
        bindOptional(*query, 1, std::nullopt);
        bindOptional(*query, 2, std::string());
        bindBytes(*query, 3, {});
        QVERIFY(query->executeStep());
        QCOMPARE(query->getColumn(0).getString(), std::string("null"));
        QCOMPARE(query->getColumn(1).getString(), std::string("text"));
        QCOMPARE(query->getColumn(2).getInt(), 0);
        QCOMPARE(query->getColumn(3).getString(), std::string("blob"));
    }
};

COUNTERSIGN_APPLESS_TEST(StatementCacheTest)
#include "StatementCache_test.moc"
