#include "tests/support/processes/PostgresServer.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QStorageInfo>
#include <QUrl>

#include <arpa/inet.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

namespace countersign::testing {

namespace {

constexpr int patienceMs = 60'000;

/// Debian's folder of the newest version; elsewhere the programs are in the path.
QString programs()
{
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    QString newest;
    int number = 0;
    for (const QString& version : versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const QString folder = versions.filePath(version) + QStringLiteral("/bin/");
        if (version.toInt() > number && QFile::exists(folder + QStringLiteral("initdb"))) {
            number = version.toInt();
            newest = folder;
        }
    }
    return newest;
}

/// A server syncs thousands of files when it stops and starts, and no test takes the power away: memory will
/// do where there is enough of it.
QString folderTemplate(PostgresServer::Medium medium)
{
    const QStorageInfo memory(QStringLiteral("/dev/shm"));
    const bool isEnough = medium == PostgresServer::Medium::MemoryIfThere && memory.isValid() &&
                          memory.fileSystemType() == "tmpfs" && !memory.isReadOnly() &&
                          memory.bytesAvailable() > 1024LL * 1024 * 1024;
    return (isEnough ? memory.rootPath() : QDir::tempPath()) + QStringLiteral("/countersign-XXXXXX");
}

/// Free now; nobody else is likely to take it before the server does.
int freePort()
{
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    const bool worked = ::bind(listener, generic, size) == 0 && ::getsockname(listener, generic, &size) == 0;
    ::close(listener);
    return worked ? ntohs(address.sin_port) : 0;
}

const passwd* unprivileged()
{
    const passwd* const own = getpwnam("postgres");
    return own != nullptr ? own : getpwnam("nobody");
}

void runUnprivileged(QProcess& process)
{
    const passwd* const user = ::geteuid() == 0 ? unprivileged() : nullptr;
    const uid_t uid = user == nullptr ? ::geteuid() : user->pw_uid;
    const gid_t gid = user == nullptr ? ::getegid() : user->pw_gid;
    process.setChildProcessModifier([uid, gid] {
        if (::geteuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setgid(gid) != 0 || ::setuid(uid) != 0)) {
            ::_exit(1);
        }
        // A test that crashes leaves no server behind.
        ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    });
}

}  // namespace

QString PostgresServer::whyNot()
{
    if (programs().isEmpty()) {
        return QStringLiteral("PostgreSQL's server is not installed (./test installs it).");
    }
    if (::geteuid() == 0 && unprivileged() == nullptr) {
        return QStringLiteral("PostgreSQL does not run as root, and there is no other user to run it.");
    }
    return {};
}

PostgresServer::~PostgresServer()
{
    if (m_process) {
        signalAndWait(SIGQUIT);
    }
}

bool PostgresServer::runProgram(const QString& name, const QStringList& arguments, const QByteArray& input,
                                QByteArray* output) const
{
    QProcess process;
    runUnprivileged(process);
    process.setWorkingDirectory(m_folder->path());
    process.start(programs() + name, arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(patienceMs) || process.exitStatus() != QProcess::NormalExit ||
        process.exitCode() != 0) {
        qWarning("%s: %s", qPrintable(name), process.readAllStandardError().constData());
        return false;
    }
    if (output != nullptr) {
        *output = process.readAllStandardOutput();
    }
    return true;
}

bool PostgresServer::prepare()
{
    m_folder = std::make_unique<QTemporaryDir>(folderTemplate(m_medium));
    const QByteArray path = m_folder->path().toLocal8Bit();
    if (::geteuid() == 0 && ::chown(path.constData(), unprivileged()->pw_uid, unprivileged()->pw_gid) != 0) {
        return false;
    }
    return runProgram(QStringLiteral("initdb"),
                      {QStringLiteral("--pgdata=") + m_folder->filePath(QStringLiteral("data")),
                       QStringLiteral("--username=admin"), QStringLiteral("--auth=trust"),
                       QStringLiteral("--encoding=UTF8"), QStringLiteral("--locale=C"),
                       QStringLiteral("--no-sync"), QStringLiteral("--no-instructions")});
}

bool PostgresServer::start(const QStringList& settings)
{
    if (!m_folder && !prepare()) {
        return false;
    }
    QStringList arguments{QStringLiteral("-D"), m_folder->filePath(QStringLiteral("data"))};
    const QStringList ours{QStringLiteral("listen_addresses="), QStringLiteral("port=%1").arg(m_port),
                           QStringLiteral("unix_socket_directories=") + m_folder->path(),
                           QStringLiteral("shared_buffers=32MB"), QStringLiteral("max_wal_size=256MB")};
    for (const QString& setting : ours + m_tlsSettings + settings) {
        arguments << QStringLiteral("-c") << setting;
    }
    m_process = std::make_unique<QProcess>();
    runUnprivileged(*m_process);
    m_process->setProcessChannelMode(QProcess::MergedChannels);
    m_process->setStandardOutputFile(m_folder->filePath(QStringLiteral("log")), QIODevice::Append);
    m_process->start(programs() + QStringLiteral("postgres"), arguments);
    QElapsedTimer waiting;
    waiting.start();
    while (waiting.elapsed() < patienceMs) {
        if (m_process->waitForFinished(50)) {
            qWarning("%s", qPrintable(whatItSaid()));
            return false;
        }
        QProcess ready;
        ready.start(programs() + QStringLiteral("pg_isready"),
                    {QStringLiteral("--quiet"), QStringLiteral("--host=") + m_folder->path(),
                     QStringLiteral("--port=%1").arg(m_port)});
        if (ready.waitForFinished(patienceMs) && ready.exitCode() == 0) {
            return true;
        }
    }
    return false;
}

bool PostgresServer::writeFile(const QString& name, const QByteArray& content) const
{
    QFile file(m_folder->filePath(name));
    const bool written = file.open(QIODevice::WriteOnly) &&
                         file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) &&
                         file.write(content) == content.size();
    const QByteArray path = file.fileName().toLocal8Bit();
    return written && (::geteuid() != 0 ||
                       ::chown(path.constData(), unprivileged()->pw_uid, unprivileged()->pw_gid) == 0);
}

bool PostgresServer::offerTls(const QByteArray& certificatePem, const QByteArray& keyPem)
{
    m_port = freePort();
    if (m_port == 0 || !prepare() || !writeFile(QStringLiteral("certificate.pem"), certificatePem) ||
        !writeFile(QStringLiteral("key.pem"), keyPem)) {
        return false;
    }
    m_tlsSettings =
        QStringList{QStringLiteral("listen_addresses=127.0.0.1"), QStringLiteral("ssl=on"),
                    QStringLiteral("ssl_cert_file=") + m_folder->filePath(QStringLiteral("certificate.pem")),
                    QStringLiteral("ssl_key_file=") + m_folder->filePath(QStringLiteral("key.pem"))};
    return true;
}

bool PostgresServer::signalAndWait(int signal)
{
    if (m_process->state() != QProcess::NotRunning) {
        ::kill(static_cast<pid_t>(m_process->processId()), signal);
        if (!m_process->waitForFinished(patienceMs)) {
            return false;
        }
    }
    m_process.reset();
    return true;
}

bool PostgresServer::stop()
{
    return signalAndWait(SIGINT);
}

bool PostgresServer::crash()
{
    return signalAndWait(SIGQUIT);
}

QString PostgresServer::createDatabase()
{
    const QString name = QStringLiteral("relay%1").arg(++m_databases);
    if (!sql(QStringLiteral("CREATE DATABASE %1").arg(name))) {
        return {};
    }
    return url(name);
}

QString PostgresServer::url(const QString& database, const QString& user) const
{
    return QStringLiteral("postgresql://%1@/%2?port=%3&host=")
               .arg(user.isEmpty() ? QStringLiteral("admin") : user, database)
               .arg(m_port) +
           QString::fromLatin1(QUrl::toPercentEncoding(m_folder->path()));
}

QString PostgresServer::tlsUrl(const QString& database) const
{
    return QStringLiteral("postgresql://admin@127.0.0.1:%1/%2?sslmode=verify-full&sslrootcert=")
               .arg(m_port)
               .arg(database) +
           QString::fromLatin1(
               QUrl::toPercentEncoding(m_folder->filePath(QStringLiteral("certificate.pem"))));
}

std::optional<QByteArray> PostgresServer::sql(const QString& statement, const QString& database) const
{
    QByteArray output;
    const bool worked =
        runProgram(QStringLiteral("psql"),
                   {QStringLiteral("--no-psqlrc"), QStringLiteral("--quiet"), QStringLiteral("--tuples-only"),
                    QStringLiteral("--no-align"), QStringLiteral("--set=ON_ERROR_STOP=1"),
                    QStringLiteral("--dbname=") + url(database)},
                   statement.toUtf8(), &output);
    return worked ? std::optional(output.trimmed()) : std::nullopt;
}

std::optional<QByteArray> PostgresServer::dump(const QString& databaseUrl) const
{
    QByteArray output;
    const bool worked =
        runProgram(QStringLiteral("pg_dump"), {QStringLiteral("--dbname=") + databaseUrl}, {}, &output);
    return worked ? std::optional(output) : std::nullopt;
}

bool PostgresServer::requirePasswords(const QStringList& users)
{
    QFile rules(m_folder->filePath(QStringLiteral("data/pg_hba.conf")));
    if (!rules.open(QIODevice::WriteOnly | QIODevice::Truncate)) {
        return false;
    }
    for (const QString& user : users) {
        rules.write(QStringLiteral("local all %1 scram-sha-256\n").arg(user).toUtf8());
    }
    rules.write("local all all trust\n");
    rules.close();
    return sql(QStringLiteral("SELECT pg_reload_conf()")).has_value();
}

QString PostgresServer::whatItSaid() const
{
    QFile log(m_folder->filePath(QStringLiteral("log")));
    return log.open(QIODevice::ReadOnly) ? QString::fromUtf8(log.readAll()) : QString();
}

}  // namespace countersign::testing
