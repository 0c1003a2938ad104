#include "core/vault/database/SchemaCheck.h"

#include "core/vault/database/Database.h"
#include "core/vault/database/Schema.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/DatabaseTampering.h"
#include "tests/support/fixtures/profile/OldSchema.h"

#include <QCryptographicHash>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <random>

using namespace countersign;
namespace fs = std::filesystem;

namespace {

using Mode = Database::Mode;

/// A profile's database with a row, closed.
struct ClosedDatabase
{
    QTemporaryDir folder;
    fs::path file = fs::path(folder.path().toStdString()) / "profile.sqlite";

    ClosedDatabase()
    {
        makeOldDatabase(file, currentSchemaVersion());
        edit("INSERT INTO setting VALUES ('a', 'b')");
    }

    void edit(const std::string& sql) const { rawDatabase(file).exec(sql); }

    /// Nothing when it opens.
    std::optional<Error> refusal(Mode mode = Mode::ReadWrite) const
    {
        const auto opened = Database::open(file, mode);
        return opened ? std::nullopt : std::optional(opened.error());
    }

    QByteArray bytes() const
    {
        QFile content(QString::fromStdString(file.string()));
        return content.open(QIODevice::ReadOnly) ? content.readAll() : QByteArray();
    }
};

std::vector<SchemaObject> schemaOf(const fs::path& file)
{
    SQLite::Database database = rawDatabase(file);
    return readSchema(database);
}

QByteArray fingerprint(const std::vector<SchemaObject>& schema)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const SchemaObject& object : schema) {
        for (const std::string& part : {object.type, object.name, object.table, object.text}) {
            hash.addData(QByteArray::fromStdString(part) + '\0');
        }
    }
    return hash.result().toHex();
}

}  // namespace

class SchemaCheckTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void leavesOutWhatMeansNothing()
    {
        QCOMPARE(comparableText("CREATE  TABLE t (\n  a   TEXT,\n\tb INT\n) STRICT"),
                 std::string("CREATE TABLE t(a TEXT,b INT)STRICT"));
        QCOMPARE(comparableText("CHECK (a IN ('x  y', \"p  q\", `r  s`, [t  u]))"),
                 std::string("CHECK(a IN('x  y',\"p  q\",`r  s`,[t  u]))"));
        QCOMPARE(comparableText("DEFAULT 'it''s  so'  , x"), std::string("DEFAULT 'it''s  so',x"));
        QCOMPARE(comparableText(""), std::string());
        QVERIFY(comparableText("a b") != comparableText("ab"));
    }

    /// Their files are out there: a change of these texts would lock everybody out.
    void textsOfEarlierVersionsStay()
    {
        const std::array fingerprints = {"99713c4bc01542781b5f1f8883d40b6fe8161a3894145f315ecd24dfc57511b9",
                                         "e46bcd2f7fcfc4c552c2d2446d6778d125286be0a595b4b3c2f3993eb006a75e",
                                         "b61988760ac7d1c5d380a338e934c9ee2fa93ab5946d8695a9003eb14507867b",
                                         "3f7e7cfb0746c024166143c306297380d322cd2f2adbe97160ceb10403906e17",
                                         "82dd2ce4783f1cc1a14ec48db6140e6c7dbbe1fe1582df5c6666b3c2875ef75c",
                                         "8937d0808abd5ba4f8fd93ec9aaec8819bd0ecac52ab91551c67fa5c4640a83f",
                                         "1afd32e1354007252ab61347c0f804625322aeb73ca5e02b6c10b57f3685b0f6",
                                         "bf688ac09e5cc8b748fe2220ba724bc647fd2839f55cd8a49d3b1c6e3fc5f546"};
        // A version that became an old one is pinned here.
        QCOMPARE(static_cast<int>(fingerprints.size()), currentSchemaVersion() - 1);
        for (std::size_t version = 1; version <= fingerprints.size(); ++version) {
            const QTemporaryDir folder;
            const fs::path file = fs::path(folder.path().toStdString()) / "old";
            makeOldDatabase(file, static_cast<int>(version));
            QCOMPARE(fingerprint(schemaOf(file)), QByteArray(fingerprints.at(version - 1)));
        }
        // A comment in a statement would make white space mean something.
        for (const SchemaObject& object : schemaOf(ClosedDatabase().file)) {
            QVERIFY2(object.text.find("--") == std::string::npos, object.name.c_str());
            QVERIFY2(object.text.find("/*") == std::string::npos, object.name.c_str());
        }
    }

    void earlierVersionsOpenAndAreUpgraded()
    {
        const ClosedDatabase fresh;
        fs::remove(fresh.file);
        QVERIFY(Database::open(fresh.file, Mode::Create).has_value());
        for (int version = 0; version < currentSchemaVersion(); ++version) {
            const ClosedDatabase old;
            rewriteAsOld(old.file, version);
            if (version > 0) {
                QCOMPARE(old.refusal(Mode::ReadOnly)->code, ErrorCode::Busy);
            }
            QVERIFY(!old.refusal());
            QVERIFY(schemaOf(old.file) == schemaOf(fresh.file));
            QVERIFY(!old.refusal(Mode::ReadOnly));
            if (version > 0) {
                QCOMPARE(rawDatabase(old.file).execAndGet("SELECT value FROM setting").getString(),
                         std::string("b"));
            }
        }
    }

    void everyChangeIsRefused_data()
    {
        QTest::addColumn<int>("kind");
        for (int kind = 0; kind < DatabaseTampering::kinds; ++kind) {
            QTest::addRow("%d", kind) << kind;
        }
    }

    /// Over every table, of this version and of earlier ones, and before anything was done.
    void everyChangeIsRefused()
    {
        QFETCH(const int, kind);
        std::mt19937 random{std::random_device{}()};
        for (int round = 0; round < 8; ++round) {
            const ClosedDatabase database;
            const int version = std::uniform_int_distribution(1, currentSchemaVersion())(random);
            const bool needsLater =
                kind == 11 || kind == DatabaseTampering::kinds - 1;  // tables of version 2
            if (version < currentSchemaVersion() && (!needsLater || version >= 2)) {
                rewriteAsOld(database.file, version);
            }
            const auto seed = static_cast<unsigned>(random());
            const std::string change = DatabaseTampering(database.file, seed).change(kind);
            const QByteArray before = database.bytes();
            for (const Mode mode : {Mode::ReadWrite, Mode::ReadOnly}) {
                const auto refusal = database.refusal(mode);
                const QByteArray what =
                    QByteArray::fromStdString(change) + " in version " + QByteArray::number(version);
                QVERIFY2(refusal.has_value(), what.constData());
                QVERIFY2(refusal->code == ErrorCode::BadSignature || refusal->code == ErrorCode::Corrupt,
                         (what + ": " + refusal->detail.toUtf8()).constData());
            }
            QVERIFY(database.bytes() == before);
        }
    }

    void saysWhatItIs()
    {
        const ClosedDatabase database;
        const auto sentence = [&] { return database.refusal()->sentence; };
        database.edit("CREATE TRIGGER gone BEFORE INSERT ON audit BEGIN SELECT RAISE(IGNORE); END");
        QVERIFY(sentence().contains(QStringLiteral("the trigger gone on the table audit was put in")));
        database.edit("DROP TRIGGER gone; CREATE TABLE \"a\x1b[31m\" (b)");
        QVERIFY(sentence().contains(QStringLiteral("the table a[31m was put in")));
        database.edit("DROP TABLE \"a\x1b[31m\"; DROP INDEX job_by_nonce");
        QVERIFY(sentence().contains(QStringLiteral("the index job_by_nonce of the table job was taken out")));
        database.edit("CREATE INDEX job_by_nonce ON job (nonce)");
        QVERIFY(sentence().contains(QStringLiteral("the index job_by_nonce of the table job was changed")));
        // The one that was there, in other white space.
        database.edit(
            "DROP INDEX job_by_nonce; CREATE INDEX job_by_nonce\n ON job (wallet_id, chain_id ,nonce) "
            "WHERE nonce IS NOT NULL");
        QVERIFY(!database.refusal());
    }

    void otherVersionsAreRefused()
    {
        for (const int version : {-1, -2147483647, 0, 1, 2}) {
            const ClosedDatabase database;
            database.edit("PRAGMA user_version=" + std::to_string(version));
            QCOMPARE(database.refusal()->code, ErrorCode::BadSignature);
        }
        const ClosedDatabase newer;
        newer.edit("PRAGMA user_version=2147483647");
        QCOMPARE(newer.refusal()->code, ErrorCode::Unsupported);
        const ClosedDatabase foreign;
        foreign.edit("PRAGMA application_id=1");
        QCOMPARE(foreign.refusal()->code, ErrorCode::Corrupt);
        const ClosedDatabase wide;
        fs::remove(wide.file);
        makeOldDatabase(wide.file, currentSchemaVersion(), "UTF-16le");
        QCOMPARE(wide.refusal()->code, ErrorCode::BadSignature);
    }

    /// Ours is never there; SQLite would play this one back into the database.
    void aJournalBesideItIsRefused()
    {
        const ClosedDatabase database;
        QFile journal(QString::fromStdString(database.file.string() + "-journal"));
        QVERIFY(journal.open(QIODevice::WriteOnly));
        journal.close();
        QCOMPARE(database.refusal()->code, ErrorCode::BadSignature);
        QCOMPARE(database.refusal(Mode::ReadOnly)->code, ErrorCode::BadSignature);
        QVERIFY(journal.exists());
        QVERIFY(journal.remove());
        QVERIFY(!database.refusal());
    }

    /// What comes while a program has the file open neither acts nor is written behind.
    void aChangeWhileItIsOpenStopsTheNextTransaction()
    {
        const ClosedDatabase database;
        const auto opened = Database::open(database.file, Mode::ReadWrite);
        QVERIFY(opened.has_value());
        const auto write = [&] {
            return transact(**opened, [&]() -> Status {
                (*opened)->handle().exec("UPDATE setting SET value = value || 'x'");
                return {};
            });
        };
        QVERIFY(write().has_value());
        database.edit("CREATE TRIGGER later BEFORE UPDATE ON setting BEGIN SELECT RAISE(IGNORE); END");
        const auto refused = write();
        QCOMPARE(refused.error().code, ErrorCode::BadSignature);
        QVERIFY(refused.error().sentence.contains(QStringLiteral("later")));
        // No trigger fires, whoever asks.
        (*opened)->handle().exec("UPDATE setting SET value = 'y'");
        QCOMPARE((*opened)->handle().execAndGet("SELECT value FROM setting").getString(), std::string("y"));
        database.edit("CREATE VIEW v AS SELECT 1");
        QVERIFY(!attempt([&]() -> Status {
                     (void)(*opened)->handle().execAndGet("SELECT * FROM v");
                     return {};
                 }).has_value());
        database.edit("DROP TRIGGER later; DROP VIEW v");
        QVERIFY(write().has_value());
    }

    void schemaCannotBeWrittenThroughIt()
    {
        const ClosedDatabase database;
        const auto opened = Database::open(database.file, Mode::ReadWrite);
        const auto written = attempt([&]() -> Status {
            (*opened)->handle().exec("PRAGMA writable_schema=ON; DELETE FROM sqlite_master");
            return {};
        });
        QVERIFY(!written);
        QVERIFY(!database.refusal());
    }

    void structureIsExamined()
    {
        const ClosedDatabase database;
        const auto findings = [&] {
            const auto opened = Database::open(database.file, Mode::ReadWrite);
            return examineStructure(**opened).value();
        };
        QVERIFY(findings().empty());
        database.edit("INSERT INTO job_step (job, at, state, note) VALUES (77, 0, 'x', 'y')");
        QCOMPARE(findings().size(), std::size_t{1});
        // A row that an index does not know: the index leaves the schema, and comes back behind the row.
        const auto ofIndex = [&](const char* column) {
            return rawDatabase(database.file)
                .execAndGet(std::string("SELECT ") + column +
                            " FROM sqlite_master WHERE name = 'job_step_by_job'")
                .getString();
        };
        const std::string root = ofIndex("rootpage");
        const std::string text = ofIndex("sql");
        database.edit("PRAGMA writable_schema=ON; DELETE FROM sqlite_master WHERE name = 'job_step_by_job'");
        database.edit("INSERT INTO job_step (job, at, state, note) VALUES (78, 0, 'x', 'y')");
        database.edit(
            "PRAGMA writable_schema=ON; INSERT INTO sqlite_master VALUES ('index', 'job_step_by_job', "
            "'job_step', " +
            root + ", '" + text + "')");
        const auto found = findings();
        QVERIFY(std::any_of(found.begin(), found.end(), [](const std::string& finding) {
            return finding.find("job_step_by_job") != std::string::npos;
        }));
    }
};

COUNTERSIGN_APPLESS_TEST(SchemaCheckTest)
#include "SchemaCheck_test.moc"
