#include "services/relay/store/postgres/PostgresConnection.h"

#include <QCoreApplication>
#include <QLoggingCategory>

#include <poll.h>

#include <algorithm>
#include <array>

namespace countersign::relay {

namespace {

struct PostgresConnectionText
{
    Q_DECLARE_TR_FUNCTIONS(PostgresConnectionText)
};

Q_LOGGING_CATEGORY(logPostgres, "countersign.relay.postgres")

/// Of one round trip, waiting for locks and disks included. A server that is silent longer is given up.
constexpr std::chrono::seconds roundTripPatience{30};
/// The oldest that its makers still maintain.
constexpr int oldestServer = 130000;

/// The session's own settings win over the role's and the database's. A relay that stops in the middle of a
/// transaction must not hold its inbox for long; the commit must not be answered before it is on disk, and a
/// stricter setting of the operator stays.
constexpr const char* sessionSetup =
    "SELECT current_setting('server_encoding'), current_setting('fsync'), "
    "set_config('search_path', 'countersign_relay, pg_temp', false), "
    "set_config('lock_timeout', '10s', false), "
    "set_config('idle_in_transaction_session_timeout', '15s', false), "
    "set_config('statement_timeout', '0', false), "
    "set_config('client_min_messages', 'warning', false), "
    "set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') = 'remote_apply' "
    "THEN 'remote_apply' ELSE 'on' END, false)";

QString lineOf(const char* message)
{
    return QString::fromUtf8(message).simplified();
}

/// SQLSTATE (PostgreSQL manual, appendix A) says what a failed statement means for the caller.
tl::unexpected<Error> statementFailure(const PGresult* result)
{
    const char* const field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const std::string_view state = field == nullptr ? "" : field;
    const QString detail = QStringLiteral("PostgreSQL %1: %2")
                               .arg(QString::fromLatin1(state.data(), static_cast<qsizetype>(state.size())),
                                    lineOf(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)));
    // lock_not_available, serialization_failure, deadlock_detected, query_canceled
    if (state == "55P03" || state == "40001" || state == "40P01" || state == "57014") {
        return failure(ErrorCode::Busy,
                       PostgresConnectionText::tr("The relay's database is in use; try again."), detail);
    }
    return failure(
        ErrorCode::Storage,
        PostgresConnectionText::tr("The relay's database failed; look at the server's log, its disk and the "
                                   "permissions of the relay's user."),
        detail);
}

}  // namespace

PostgresConnection::PostgresConnection(PGconn* connection) : m_connection(connection, &PQfinish) {}

PostgresConnection::~PostgresConnection() = default;

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(const PostgresConnectionInfo& target)
{
    std::vector<const char*> names{"fallback_application_name", "connect_timeout",     "target_session_attrs",
                                   "keepalives_idle",           "keepalives_interval", "keepalives_count",
                                   "tcp_user_timeout"};
    std::vector<const char*> values{"countersign-relay", "5", "read-write", "30", "10", "3", "30000"};
    // What comes later wins: the operator's word over these.
    for (const auto& [name, value] : target.parameters()) {
        names.push_back(name.c_str());
        values.push_back(value.c_str());
    }
    names.push_back("client_encoding");
    values.push_back("UTF8");
    const std::string terminated(target.password().text());
    if (!target.password().isEmpty()) {
        names.push_back("password");
        values.push_back(terminated.c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    std::unique_ptr<PostgresConnection> connection(
        new PostgresConnection(PQconnectdbParams(names.data(), values.data(), 0)));
    wipeMemory(const_cast<char*>(terminated.data()), terminated.size());
    if (PQstatus(connection->m_connection.get()) != CONNECTION_OK) {
        return connection->lost(lineOf(PQerrorMessage(connection->m_connection.get())));
    }
    RETURN_IF_ERROR(connection->setUp());
    return connection;
}

Status PostgresConnection::setUp()
{
    PGconn* const raw = m_connection.get();
    PQsetNoticeReceiver(raw, &PostgresConnection::onNotice, this);
    if (PQserverVersion(raw) < oldestServer) {
        return failure(
            ErrorCode::Unsupported,
            PostgresConnectionText::tr("The database server is older than PostgreSQL 13; use a newer one."));
    }
    if (PQsetnonblocking(raw, 1) != 0 || PQenterPipelineMode(raw) != 1) {
        return lost(lineOf(PQerrorMessage(raw)));
    }
    ASSIGN_OR_RETURN(const auto settings, run(sessionSetup));
    if (settings.view(0, 0) != "UTF8") {
        return failure(ErrorCode::Unsupported,
                       PostgresConnectionText::tr(
                           "The database does not keep texts in UTF-8; create one with ENCODING 'UTF8'."));
    }
    if (settings.view(0, 1) != "on") {
        return failure(ErrorCode::Unsupported,
                       PostgresConnectionText::tr(
                           "The database server runs with fsync = off and would lose deliveries when its "
                           "machine fails; switch fsync on."));
    }
    return {};
}

bool PostgresConnection::isLost() const
{
    return m_isLost || PQstatus(m_connection.get()) != CONNECTION_OK;
}

tl::unexpected<Error> PostgresConnection::lost(const QString& why) const
{
    return failure(ErrorCode::Storage,
                   PostgresConnectionText::tr(
                       "The relay's database server cannot be reached; see that it runs and that the "
                       "relay's user may connect."),
                   QStringLiteral("PostgreSQL: ") + why);
}

void PostgresConnection::onNotice(void* self, const PGresult* notice)
{
    const char* const severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity != nullptr && std::string_view(severity) == "WARNING") {
        static_cast<PostgresConnection*>(self)->m_isWarned = true;
        qCWarning(logPostgres, "The server warns: %s",
                  qPrintable(lineOf(PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY))));
    }
}

std::string PostgresConnection::prepared(const char* sql, const std::vector<PostgresValue>& values)
{
    for (const auto* known : {&m_prepared, &m_preparing}) {
        if (const auto found = known->find(sql); found != known->end()) {
            return found->second;
        }
    }
    std::vector<Oid> types;
    for (const PostgresValue& value : values) {
        types.push_back(value.type());
    }
    // Never a name twice: of one that was queued behind an error nobody knows whether it exists.
    const std::string name = "s" + std::to_string(++m_statements);
    if (PQsendPrepare(m_connection.get(), name.c_str(), sql, static_cast<int>(types.size()), types.data()) !=
        1) {
        m_queueFailed = true;
    }
    m_preparing.emplace(sql, name);
    return name;
}

void PostgresConnection::queue(const char* sql, const std::vector<PostgresValue>& values)
{
    const std::string name = prepared(sql, values);
    m_isQueued = true;
    std::vector<const char*> data;
    std::vector<int> sizes;
    for (const PostgresValue& value : values) {
        data.push_back(value.data());
        sizes.push_back(value.size());
    }
    const std::vector<int> binary(values.size(), 1);
    if (PQsendQueryPrepared(m_connection.get(), name.c_str(), static_cast<int>(values.size()), data.data(),
                            sizes.data(), binary.data(), 1) != 1) {
        m_queueFailed = true;
    }
}

Result<PostgresRows> PostgresConnection::run(const char* sql, const std::vector<PostgresValue>& values)
{
    queue(sql, values);
    return collect();
}

Result<PostgresRows> PostgresConnection::collect()
{
    PGconn* const raw = m_connection.get();
    m_isQueued = false;
    if (m_queueFailed || PQpipelineSync(raw) != 1) {
        m_isLost = true;
        return lost(lineOf(PQerrorMessage(raw)));
    }
    const auto deadline = std::chrono::steady_clock::now() + roundTripPatience;
    PostgresRows last;
    Status worked;
    int missing = 0;
    while (true) {
        PGresult* const result = nextResult(deadline);
        const ExecStatusType status = result == nullptr ? PGRES_EMPTY_QUERY : PQresultStatus(result);
        // Nothing comes once behind each command; twice only from a connection that gave up.
        missing = result == nullptr ? missing + 1 : 0;
        PostgresRows rows(result);
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
            last = std::move(rows);
        } else if ((status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) && worked) {
            worked = statementFailure(result);
        }
        if (isLost() || missing > 1) {
            m_isLost = true;
            return worked ? lost(lineOf(PQerrorMessage(raw))) : lost(worked.error().detail);
        }
        if (status == PGRES_PIPELINE_SYNC) {
            break;
        }
    }
    if (worked) {
        m_prepared.merge(m_preparing);
    }
    m_preparing.clear();
    if (!worked) {
        return failure(worked.error());
    }
    return last;
}

PGresult* PostgresConnection::nextResult(std::chrono::steady_clock::time_point deadline)
{
    PGconn* const raw = m_connection.get();
    while (true) {
        const int unsent = PQflush(raw);
        if (unsent < 0 || (unsent == 0 && PQisBusy(raw) == 0)) {
            m_isLost = m_isLost || unsent < 0;
            return PQgetResult(raw);
        }
        const short events = static_cast<short>(unsent > 0 ? POLLIN | POLLOUT : POLLIN);
        if (!wait(events, deadline)) {
            m_isLost = true;
            return nullptr;
        }
        if (PQconsumeInput(raw) != 1) {
            m_isLost = true;
            return PQisBusy(raw) == 0 ? PQgetResult(raw) : nullptr;
        }
    }
}

bool PostgresConnection::wait(short events, std::chrono::steady_clock::time_point deadline)
{
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd descriptor{PQsocket(m_connection.get()), events, 0};
    return descriptor.fd >= 0 &&
           ::poll(&descriptor, 1, static_cast<int>(std::max<std::int64_t>(0, left.count()))) != 0;
}

void PostgresConnection::begin()
{
    m_isCommitUncertain = false;
    queue("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
}

void PostgresConnection::beginReading()
{
    m_isCommitUncertain = false;
    queue("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

Status PostgresConnection::commit()
{
    m_isWarned = false;
    m_isCommitUncertain = true;
    const auto committed = run("COMMIT");
    m_isCommitUncertain = isLost();
    if (!committed) {
        return failure(committed.error());
    }
    // An aborted transaction "commits" as ROLLBACK.
    if (committed->tag() != "COMMIT" || m_isWarned) {
        return failure(ErrorCode::Storage,
                       PostgresConnectionText::tr(
                           "The database server did not confirm that it stored the data; look at its log."),
                       QStringLiteral("PostgreSQL: COMMIT was answered with %1")
                           .arg(m_isWarned ? QStringLiteral("a warning") : QStringLiteral("ROLLBACK")));
    }
    return {};
}

void PostgresConnection::rollback()
{
    const bool isOpen = m_isQueued || PQtransactionStatus(m_connection.get()) != PQTRANS_IDLE;
    if (!isLost() && isOpen && !run("ROLLBACK")) {
        m_isLost = true;
    }
}

bool PostgresConnection::waitForNotifications(int otherDescriptor, std::chrono::milliseconds patienceHere,
                                              const std::function<void(std::string_view)>& notified)
{
    PGconn* const raw = m_connection.get();
    // First those that came along with an answer: no more bytes will announce them.
    if (tellNotifications(notified)) {
        return true;
    }
    std::array<pollfd, 2> descriptors{pollfd{PQsocket(raw), POLLIN, 0}, pollfd{otherDescriptor, POLLIN, 0}};
    if (isLost()) {
        return false;
    }
    ::poll(descriptors.data(), descriptors.size(), static_cast<int>(patienceHere.count()));
    if (PQconsumeInput(raw) != 1) {
        m_isLost = true;
        return false;
    }
    tellNotifications(notified);
    return true;
}

bool PostgresConnection::tellNotifications(const std::function<void(std::string_view)>& notified)
{
    bool any = false;
    while (const auto notification =
               std::unique_ptr<PGnotify, decltype(&PQfreemem)>(PQnotifies(m_connection.get()), &PQfreemem)) {
        notified(notification->extra);
        any = true;
    }
    return any;
}

}  // namespace countersign::relay
