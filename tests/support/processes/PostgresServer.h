#pragma once

#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <memory>
#include <optional>

namespace countersign::testing {

/// A PostgreSQL server of the test's own, from the distribution's programs: in a temporary folder, reached by
/// a socket in it only, under an unprivileged user when the test runs as root (PostgreSQL refuses root). It
/// ends with the test, however that ends. What the relay promises with PostgreSQL can only be shown on
/// PostgreSQL, which also must be stopped, killed and started again.
class PostgresServer
{
public:
    /// Why there cannot be one here; empty when there can.
    static QString whyNot();

    /// Memory is enough for tests; whoever measures needs a disk.
    enum class Medium { MemoryIfThere, Disk };
    explicit PostgresServer(Medium medium = Medium::MemoryIfThere) : m_medium(medium) {}
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    /// Makes the folder the first time, starts and waits until it answers. settings: "name=value".
    bool start(const QStringList& settings = {});
    /// Before the first start: also listens on a free port of 127.0.0.1, with TLS.
    bool offerTls(const QByteArray& certificatePem, const QByteArray& keyPem);
    /// Lets clients go and writes all to its files.
    bool stop();
    /// As after a power failure, but for the operating system's caches: recovers from its log at the next
    /// start.
    bool crash();

    /// A new database; its URL without a password.
    QString createDatabase();
    QString url(const QString& database, const QString& user = {}) const;
    /// Over the network; trusts nothing but the certificate that was offered.
    QString tlsUrl(const QString& database) const;
    /// With the server's own client, as its administrator; what it printed, or nothing when that failed.
    std::optional<QByteArray> sql(const QString& statement,
                                  const QString& database = QStringLiteral("postgres")) const;
    /// The database as pg_dump writes it.
    std::optional<QByteArray> dump(const QString& databaseUrl) const;
    /// Asks the named users for their passwords, which comes into force at once.
    bool requirePasswords(const QStringList& users);

    QString whatItSaid() const;

private:
    bool prepare();
    bool writeFile(const QString& name, const QByteArray& content) const;
    bool runProgram(const QString& name, const QStringList& arguments, const QByteArray& input = {},
                    QByteArray* output = nullptr) const;
    bool signalAndWait(int signal);

    Medium m_medium;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QProcess> m_process;
    int m_databases = 0;
    int m_port = 5432;  ///< part of the socket's name too
    QStringList m_tlsSettings;
};

}  // namespace countersign::testing
