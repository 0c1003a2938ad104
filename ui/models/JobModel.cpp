#include "ui/models/JobModel.h"

#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Hex.h"
#include "core/signing/job/JobTransitions.h"
#include "ui/text/AddressText.h"
#include "ui/text/AmountVisibility.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"

#include <array>

namespace countersign {

namespace {

JobOrder::Column jobOrderColumn(int column)
{
    switch (column) {
        case JobModel::Wallet:
            return JobOrder::Column::Wallet;
        case JobModel::Submitter:
            return JobOrder::Column::Submitter;
        case JobModel::State:
            return JobOrder::Column::State;
        case JobModel::Expires:
            return JobOrder::Column::Expires;
        default:
            return JobOrder::Column::Created;
    }
}

bool waits(const Job& job)
{
    return waitsForOperator(job.state);
}

Result<std::vector<ListedJob>> explained(Result<std::vector<Job>> jobs, JobExplainer& explainer)
{
    RETURN_IF_ERROR(jobs);
    std::vector<ListedJob> rows;
    rows.reserve(jobs->size());
    for (Job& job : *jobs) {
        JobGist gist = explainer.gist(job);
        const std::int64_t id = job.id;
        rows.push_back({id, std::move(job), std::move(gist)});
    }
    return rows;
}

}  // namespace

Bytes jobAddressBytes(const Job& job)
{
    const auto bytes = job.chain == "SVM" ? fromBase58(job.address) : fromHex(job.address);
    return bytes ? *bytes : toBytes(asBytes(job.address));
}

JobModel::JobModel(ProfileReader& reader, const JobControl& control, const Clock& clock, QObject* parent)
    : PagedModel(reader, parent), m_control(control), m_clock(clock), m_explainer(reader.explainer())
{
    connect(&m_control, &JobControl::broadcastProgressed, this, &JobModel::repaintRows);
    connect(&AmountVisibility::instance(), &AmountVisibility::changed, this, &JobModel::repaintRows);
}

void JobModel::setFilter(const JobFilter& filter)
{
    m_filter = filter;
    if (m_started) {
        restart();
    }
}

void JobModel::start()
{
    if (!m_started) {
        m_started = true;
        restart();
    }
}

int JobModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant JobModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> names = {tr("Wallet"), tr("What"),    tr("Submitter"),
                                                    tr("State"),  tr("Expires"), tr("Came")};
    return section >= 0 && section < ColumnCount ? names[static_cast<std::size_t>(section)] : QVariant();
}

void JobModel::sort(int column, Qt::SortOrder order)
{
    const JobOrder wanted{jobOrderColumn(column), order == Qt::DescendingOrder};
    if (wanted.column == m_order.column && wanted.descending == m_order.descending) {
        return;
    }
    m_order = wanted;
    if (m_started) {
        restart();
    }
}

StateText JobModel::state(const Job& job) const
{
    return stateText(stateNow(job, m_clock.now()), m_control.progressOf(QString::fromStdString(job.jobId)));
}

QString JobModel::displayText(const ListedJob& row, int column) const
{
    const Job& job = row.job;
    switch (column) {
        case Wallet:
            return elidedAddress(visibleText(job.address));
        case What:
            return shownAmounts(jobIntent(row.gist, job));
        case Submitter:
            return submitterText(job);
        case State:
            return state(job).word;
        case Expires:
            return waits(job) ? countdown(job.expiresAt, m_clock.now()).text : QString();
        default:
            return relativeTime(job.createdAt, m_clock.now());
    }
}

QString JobModel::toolTip(const ListedJob& row, int column) const
{
    const Job& job = row.job;
    switch (column) {
        case Wallet:
            return groupedAddress(visibleText(job.address));
        case What:
            return shownAmounts(jobIntent(row.gist, job)) + u'\n' +
                   (job.reason.empty()
                        ? tr("No reason was given.")
                        : tr("Reason: %1").arg(shownAmounts(visibleText(job.reason, true, 1000))));
        case Submitter:
            return job.claimedSubmitter.empty()
                       ? QString()
                       : tr("The document says of itself: %1").arg(visibleText(job.claimedSubmitter));
        case State: {
            const QString error = visibleText(job.error, true, 1000);
            const QString meaning = state(job).meaning;
            return error.isEmpty() ? meaning : meaning + u'\n' + error;
        }
        case Expires:
            return absoluteTime(job.expiresAt);
        default:
            return absoluteTime(job.createdAt);
    }
}

QVariant JobModel::chip(const Job& job, int column) const
{
    if (column == State) {
        return QVariant::fromValue(state(job));
    }
    if (column == Expires && waits(job)) {
        const Countdown left = countdown(job.expiresAt, m_clock.now());
        // While there is time it is plain text: a colour is for what needs attention.
        return left.tone == Tone::Neutral ? QVariant() : QVariant::fromValue(countdownChip(left));
    }
    return {};
}

QVariant JobModel::cell(const ListedJob& row, int column, int role) const
{
    const Job& job = row.job;
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return displayText(row, column);
        case Qt::ToolTipRole:
            return plainToolTip(toolTip(row, column));
        case StateRole:
            return chip(job, column);
        case AddressBytesRole: {
            if (column != Wallet) {
                return {};
            }
            const Bytes bytes = jobAddressBytes(job);
            return QByteArray(reinterpret_cast<const char*>(bytes.data()),
                              static_cast<qsizetype>(bytes.size()));
        }
        case MonospaceRole:
            return column == Wallet;
        case MutedRole:
            return column == Created || column == Expires || column == Submitter;
        case CopyRole:
            return QString::fromStdString(job.jobId);
        case WholeTextRole:
            return column == Wallet ? QVariant(groupedAddress(visibleText(job.address))) : QVariant();
        default:
            return {};
    }
}

std::function<Result<std::vector<std::int64_t>>(Database&)> JobModel::idQuery() const
{
    return [filter = m_filter, order = m_order](Database& database) {
        return JobCatalog(database).ids(filter, order);
    };
}

std::function<Result<std::vector<ListedJob>>(Database&)> JobModel::firstRowsQuery(int limit) const
{
    return [filter = m_filter, order = m_order, limit, explainer = m_explainer](Database& database) {
        return explained(JobCatalog(database).firstRows(filter, order, limit), *explainer);
    };
}

std::function<Result<std::vector<ListedJob>>(Database&, const std::vector<std::int64_t>&)>
JobModel::rowQuery() const
{
    return [explainer = m_explainer](Database& database, const std::vector<std::int64_t>& ids) {
        return explained(JobCatalog(database).rows(ids), *explainer);
    };
}

}  // namespace countersign
