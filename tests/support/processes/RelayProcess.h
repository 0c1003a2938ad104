#pragma once

#include <QByteArray>
#include <QProcess>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <string>

namespace countersign::testing {

/// The relay as a child process: "countersign-relay serve" on a free port with a database that outlives it.
/// Durability and stops can only be shown on the real program, killed and started again.
class RelayProcess
{
public:
    struct Outcome
    {
        int exitCode = -1;
        QByteArray output;
        QByteArray errors;
    };

    /// SQLite's file, or a URL of PostgreSQL.
    explicit RelayProcess(const QString& database);
    ~RelayProcess();

    /// Starts on a free port, unless options say --listen, and waits for the JSON line; false (with errors())
    /// when it did not come.
    bool start(const QStringList& options = {});
    /// For the next start: no file may grow beyond so many bytes (RLIMIT_FSIZE); 0: as large as it likes.
    void limitFileSize(std::uint64_t bytes);
    /// SIGKILL.
    void kill();
    /// SIGTERM, then the exit code; -1 when it did not end in time.
    int stop();
    void terminate();
    int waitForExit();

    std::uint16_t port() const { return m_port; }
    qint64 processId() const { return m_process.processId(); }
    QString url() const { return m_url; }
    QByteArray errors();
    /// What came on standard output after the first line.
    QByteArray furtherOutput();

    QString databaseUrl() const { return m_databaseUrl; }
    /// An administrative command on the same database.
    Outcome run(const QStringList& arguments) const;
    /// The same on whatever the arguments say; input is written to standard input.
    static Outcome runRelay(const QStringList& arguments, const QByteArray& input = {});
    /// Creates an inbox or a token and returns what it printed; empty text when it failed.
    bool createInbox(const QString& name, const QStringList& options = {}) const;
    std::string createToken(const QString& inbox, const QString& role) const;
    std::string createSubmitterToken(const QString& inbox) const
    {
        return createToken(inbox, QStringLiteral("submitter"));
    }

private:
    QString m_databaseUrl;
    QProcess m_process;
    QString m_url;
    std::uint16_t m_port = 0;
};

}  // namespace countersign::testing
