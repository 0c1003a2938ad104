#include "ui/approvals/WaitingModel.h"

#include "ui/approvals/StandingText.h"
#include "ui/models/JobModel.h"
#include "ui/text/AmountVisibility.h"
#include "ui/text/JobText.h"
#include "ui/text/OperatorText.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/widgets/table/CellDelegate.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace countersign {

namespace {

QString countOf(const WaitingJob& one)
{
    if (!one.standing || one.standing->isBlocked()) {
        return {};
    }
    return countText(one.standing->count);
}

QByteArray walletBytes(const Job& job)
{
    const Bytes bytes = jobAddressBytes(job);
    return {reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

}  // namespace

bool waitsForThisDesk(const WaitingJob& one)
{
    if (!one.standing || one.standing->isBlocked() || one.standing->count.isRejected) {
        return false;
    }
    return one.standing->waitsForOwn() || one.standing->count.isReached();
}

void WaitingModel::setJobs(std::vector<WaitingJob> jobs)
{
    std::ranges::sort(jobs, [](const WaitingJob& a, const WaitingJob& b) {
        return std::tuple(!waitsForThisDesk(a), a.job.expiresAt, a.id) <
               std::tuple(!waitsForThisDesk(b), b.job.expiresAt, b.id);
    });
    const bool isSame = std::ranges::equal(
        jobs, m_all, [](const WaitingJob& a, const WaitingJob& b) { return a.id == b.id; });
    m_all = std::move(jobs);
    // Where the rows stay, selection and scroll position do.
    if (isSame && m_text.isEmpty() && !m_isForOwn) {
        repaintRows();
    } else {
        filter();
    }
}

void WaitingModel::setFilter(const QString& text, bool isForOwn)
{
    m_text = text.trimmed();
    m_isForOwn = isForOwn;
    filter();
}

void WaitingModel::filter()
{
    beginResetModel();
    m_shown.clear();
    for (std::size_t i = 0; i < m_all.size(); ++i) {
        const WaitingJob& one = m_all[i];
        const QString words = text(one, What) + u' ' + text(one, Approvals) + u' ' + text(one, MayApprove) +
                              u' ' +
                              visibleText(one.job.jobId + ' ' + one.job.address + ' ' + one.job.reason);
        const bool fits = m_text.isEmpty() || words.contains(m_text, Qt::CaseInsensitive);
        if (fits && (!m_isForOwn || waitsForThisDesk(one))) {
            m_shown.push_back(i);
        }
    }
    endResetModel();
}

void WaitingModel::repaintRows()
{
    if (rowCount() > 0) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

const WaitingJob* WaitingModel::jobAt(int row) const
{
    return row >= 0 && row < rowCount() ? &m_all[m_shown[static_cast<std::size_t>(row)]] : nullptr;
}

int WaitingModel::rowOf(const std::string& jobId) const
{
    const auto found =
        std::ranges::find(m_shown, jobId, [this](std::size_t at) { return m_all[at].job.jobId; });
    return found == m_shown.end() ? -1 : static_cast<int>(found - m_shown.begin());
}

int WaitingModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int WaitingModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant WaitingModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> names = {tr("What"), tr("Approvals"), tr("You"), tr("May approve"),
                                                    tr("Time left")};
    return section >= 0 && section < ColumnCount ? names[static_cast<std::size_t>(section)] : QVariant();
}

QString WaitingModel::text(const WaitingJob& one, int column) const
{
    switch (column) {
        case What:
            return shownAmounts(jobIntent(one.gist, one.job));
        case Approvals:
            return countOf(one);
        case OwnWord:
            return standingText(one.standing).word;
        case MayApprove:
            return one.standing && !one.standing->isBlocked() ? namesText(one.standing->mayApprove)
                                                              : QString();
        default:
            return countdown(one.job.expiresAt, m_clock.now()).text;
    }
}

QString WaitingModel::toolTip(const WaitingJob& one, int column) const
{
    switch (column) {
        case OwnWord:
            return standingText(one.standing).meaning;
        case MayApprove:
            return one.standing ? mayApproveText(*one.standing) : QString();
        case Expires:
            return absoluteTime(one.job.expiresAt);
        default:
            return text(one, column);
    }
}

QVariant WaitingModel::chip(const WaitingJob& one, int column) const
{
    if (column == OwnWord) {
        return QVariant::fromValue(standingText(one.standing));
    }
    return column == Expires ? QVariant::fromValue(countdownChip(countdown(one.job.expiresAt, m_clock.now())))
                             : QVariant();
}

QVariant WaitingModel::data(const QModelIndex& index, int role) const
{
    const WaitingJob* one = jobAt(index.row());
    if (!index.isValid() || one == nullptr) {
        return {};
    }
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return text(*one, index.column());
        case Qt::ToolTipRole:
            return plainToolTip(toolTip(*one, index.column()));
        case StateRole:
            return chip(*one, index.column());
        case AddressBytesRole:
            return index.column() == What ? QVariant(walletBytes(one->job)) : QVariant();
        case MutedRole:
            return index.column() == MayApprove;
        case CopyRole:
            return QString::fromStdString(one->job.jobId);
        default:
            return {};
    }
}

}  // namespace countersign
