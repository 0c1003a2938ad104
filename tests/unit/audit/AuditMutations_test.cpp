#include "core/audit/witness/AuditWitness.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/RecordedProfile.h"

#include <QFile>
#include <QTest>

#include <array>
#include <random>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

constexpr int recordLength = 40;
constexpr int roundsOfMutation = 10'000;

/// A record with the seal of each of its entries, and somebody who can write both files.
class Mutator
{
public:
    Mutator() : m_profile(0)
    {
        for (int i = 0; i < recordLength; ++i) {
            m_profile.clock.advance(std::chrono::milliseconds(7));
            const std::string n = std::to_string(i);
            const std::string kind = "kind." + n;
            QVERIFY(m_profile.log.append(kind, "subject " + n, R"({"n":)" + n + "}").has_value());
            m_seals.push_back(readHead());
        }
        m_genuine = m_seals.back();
        const auto last = m_profile.log.page(0, 1)->front();
        m_witness.seq = last.seq;
        std::ranges::copy(last.hash, m_witness.hash.begin());
        const Recorded other;
        QFile file(QString::fromStdString(other.paths.auditHead().string()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        m_foreign = file.readAll();
    }

    /// One mutation; its name, or nothing where it changed nothing after all.
    QString mutate(int which)
    {
        switch (which) {
            case 0:
                return changeColumn();
            case 1:
                return removeRows();
            case 2:
                return swapRows();
            case 3:
                return insertRow();
            case 4:
                return copyRow();
            case 5:
                return closeRanks();
            case 6:
                return changeHead();
            case 7:
                return rollHeadBack();
            default:
                return rollEverythingBack();
        }
    }
    static constexpr int kinds = 9;

    bool isFound()
    {
        const auto report = heldAgainst({m_profile.verify(), false}, *m_profile.database, m_witness);
        return report && !report->intact;
    }
    void begin() { m_profile.run("BEGIN IMMEDIATE"); }
    void takeBack()
    {
        m_profile.run("ROLLBACK");
        if (m_isHeadTouched) {
            writeHead(m_genuine);
            m_isHeadTouched = false;
        }
    }

private:
    int below(int bound) { return static_cast<int>(m_random() % static_cast<unsigned>(bound)); }
    std::string anySeq() { return std::to_string(1 + below(recordLength)); }
    QString run(const std::string& sql)
    {
        try {
            m_profile.run(sql);
        } catch (const SQLite::Exception&) {
            return {};  // the table itself refuses it
        }
        const bool changed =
            m_profile.database->handle().execAndGet("SELECT total_changes()").getInt() > m_changes;
        m_changes = m_profile.database->handle().execAndGet("SELECT total_changes()").getInt();
        return changed ? QString::fromStdString(sql) : QString();
    }
    static std::string renumbered(const std::string& step, const std::string& where)
    {
        return "UPDATE audit SET seq = -1000000 - seq" + where + "; UPDATE audit SET seq = -1000000 - seq" +
               step + " WHERE seq < -1000000";
    }

    QString changeColumn()
    {
        static constexpr std::array changes = {
            "at = at + 1",
            "at = at - 86400000",
            "at = 0",
            "kind = kind || 'x'",
            "kind = ''",
            "subject = substr(subject, 2)",
            "subject = subject || char(0)",
            "detail = '{}'",
            "detail = detail || ' '",
            "kind = kind || substr(subject, 1, 1), subject = substr(subject, 2)",
            "subject = kind, kind = subject",
            "hash = randomblob(32)",
            "hash = zeroblob(32)",
            "hash = substr(hash, 1, 31)",
            "hash = hash || x'00'",
            "hash = x''",
            "seq = seq + 1000",
            "seq = -seq",
        };
        return run("UPDATE audit SET " +
                   std::string(changes[static_cast<std::size_t>(below(changes.size()))]) +
                   " WHERE seq = " + anySeq());
    }
    QString removeRows()
    {
        const int first = 1 + below(recordLength);
        return run("DELETE FROM audit WHERE seq BETWEEN " + std::to_string(first) + " AND " +
                   std::to_string(first + (below(2) == 0 ? 0 : below(recordLength))));
    }
    QString swapRows()
    {
        const std::string one = anySeq();
        const std::string two = anySeq();
        return one == two ? QString()
                          : run("UPDATE audit SET seq = -5000 WHERE seq = " + one +
                                "; UPDATE audit SET seq = " + one + " WHERE seq = " + two +
                                "; UPDATE audit SET seq = " + two + " WHERE seq = -5000");
    }
    QString insertRow()
    {
        static constexpr std::array places = {
            "41", "42", "0", "-1", "9007199254740993", "9223372036854775807"};
        const std::string hash = below(2) == 0 ? "randomblob(32)" : "zeroblob(32)";
        if (below(2) == 0) {
            return run("INSERT INTO audit VALUES (" +
                       std::string(places[static_cast<std::size_t>(below(places.size()))]) +
                       ", 5, 'forged', '', '{}', " + hash + ")");
        }
        const std::string place = anySeq();
        return run(renumbered("+ 1", " WHERE seq >= " + place) + "; INSERT INTO audit VALUES (" + place +
                   ", 5, 'forged', '', '{}', " + hash + ")");
    }
    QString copyRow()
    {
        return run(
            "INSERT INTO audit SELECT (SELECT max(seq) + 1 FROM audit), at, kind, subject, detail, hash FROM "
            "audit WHERE seq = " +
            anySeq());
    }
    QString closeRanks()
    {
        const std::string place = anySeq();
        return run("DELETE FROM audit WHERE seq = " + place + "; " +
                   renumbered("- 1", " WHERE seq > " + place));
    }
    QString changeHead()
    {
        QByteArray box = m_genuine;
        const int how = below(5);
        if (how == 0) {
            m_isHeadTouched = true;
            QFile::remove(headFile());
            return u"head removed"_s;
        }
        if (how == 1) {
            box.truncate(below(static_cast<int>(box.size())));
        } else if (how == 2) {
            box.append(static_cast<char>(below(256)));
        } else if (how == 3) {
            box = m_foreign;
        } else {
            const auto at = below(static_cast<int>(box.size()));
            box[at] = static_cast<char>(box.at(at) ^ (1 << below(8)));
        }
        writeHead(box);
        return u"head changed: %1"_s.arg(QString::fromLatin1(box.toHex()));
    }
    /// The rows stay, or are cut off somewhere else than the seal says.
    QString rollHeadBack()
    {
        const int sealed = below(recordLength - 1);
        const int kept = sealed + 2 + below(recordLength);
        writeHead(m_seals.at(static_cast<std::size_t>(sealed)));
        // A seal behind its record is what a crash leaves; so what is cut off or changed behind it counts.
        return kept < recordLength
                   ? run("DELETE FROM audit WHERE seq > " + std::to_string(kept))
                   : run("UPDATE audit SET subject = 'x' WHERE seq = " + std::to_string(sealed + 2));
    }
    /// What no file of the profile can tell: all of them are of the same older time.
    QString rollEverythingBack()
    {
        const int sealed = below(recordLength - 1);
        writeHead(m_seals.at(static_cast<std::size_t>(sealed)));
        auto done = run("DELETE FROM audit WHERE seq > " + std::to_string(sealed + 1));
        const int more = below(8) == 0 ? below(2 * recordLength) : 0;  // and goes on
        for (int i = 0; i < more; ++i) {
            if (!m_profile.log.appendWithin("later", {}, "{}")) {
                return {};
            }
        }
        return done;
    }

    QString headFile() const { return QString::fromStdString(m_profile.paths.auditHead().string()); }
    QByteArray readHead() const
    {
        QFile file(headFile());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void writeHead(const QByteArray& box)
    {
        m_isHeadTouched = true;
        QFile file(headFile());
        // Without cutting it off first: file systems write such a file to the disk at once.
        if (file.open(QIODevice::ReadWrite)) {
            file.write(box);
            file.resize(box.size());
        }
    }

    Recorded m_profile;
    std::vector<QByteArray> m_seals;
    QByteArray m_genuine;
    QByteArray m_foreign;
    AuditWitness m_witness;
    bool m_isHeadTouched = false;
    int m_changes = 0;
    std::mt19937 m_random{20'260'926};  // NOLINT(cert-msc51-cpp): the same mutations in every run
};

}  // namespace

/// Ten thousand things that somebody could do to a record, each of them found.
class AuditMutationsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyMutationIsFound()
    {
        Mutator mutator;
        QVERIFY(!mutator.isFound());
        std::array<int, Mutator::kinds> counts{};
        int tried = 0;
        for (int round = 0; tried < roundsOfMutation; ++round) {
            const int which = round % Mutator::kinds;
            mutator.begin();
            const QString mutation = mutator.mutate(which);
            const bool found = mutation.isEmpty() || mutator.isFound();
            mutator.takeBack();
            QVERIFY2(found, qPrintable(mutation));
            if (!mutation.isEmpty()) {
                ++tried;
                ++counts.at(static_cast<std::size_t>(which));
            }
        }
        QVERIFY(!mutator.isFound());  // each was taken back
        for (const int count : counts) {
            QVERIFY2(count > 800, qPrintable(QString::number(count)));
        }
    }
};

COUNTERSIGN_GUILESS_TEST(AuditMutationsTest)
#include "AuditMutations_test.moc"
