#include "ui/models/TimelineModel.h"

#include "core/inspection/wallets/WalletCheck.h"
#include "ui/text/InspectionText.h"
#include "ui/text/JobText.h"
#include "ui/text/RevocationText.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"

#include <array>

namespace countersign {

namespace {

using Kind = WalletHappening::Kind;

StateText happeningState(const WalletHappening& happening)
{
    switch (happening.kind) {
        case Kind::Delegation:
            return delegationText(QString::fromStdString(happening.state));
        case Kind::Delivery:
            return stateText(verdictFrom(happening.state).value_or(Verdict::Unknown));
        case Kind::Revocation: {
            RevocationItem item;
            item.outcome = revocationOutcomeFrom(happening.state).value_or(RevocationOutcome::Pending);
            item.isHeld = happening.isHeld;
            return outcomeText(item);
        }
        case Kind::Check:
            return stateText(walletVerdictFrom(happening.state).value_or(WalletVerdict::Refused),
                             happening.detail);
        case Kind::Job:
            break;
    }
    return stateText(jobStateFrom(happening.state).value_or(JobState::Pending));
}

QString happeningWords(const WalletHappening& happening)
{
    switch (happening.kind) {
        case Kind::Delegation:
            return happening.hasMaterial
                       ? TimelineModel::tr("Delegation %1, material sealed here").arg(happening.life)
                       : TimelineModel::tr("Delegation %1, no material kept").arg(happening.life);
        case Kind::Delivery:
            return entryTitle(happening.entryKind, happening.what.empty()
                                                       ? std::nullopt
                                                       : std::optional<std::string>(happening.what));
        case Kind::Revocation:
            return TimelineModel::tr("Revocation: %1").arg(visibleText(happening.what));
        case Kind::Check:
            return happening.what.empty() ? TimelineModel::tr("Verified at Dynamic")
                                          : TimelineModel::tr("Verified at Dynamic; will change: %1")
                                                .arg(visibleText(happening.what));
        case Kind::Job:
            break;
    }
    const auto kind = jobKindFrom(happening.what);
    return TimelineModel::tr("Job: %1").arg(kind ? kindName(*kind) : visibleText(happening.what));
}

QString happeningToolTip(const WalletHappening& happening)
{
    QStringList lines = {happeningWords(happening), absoluteTime(happening.at)};
    if (happening.kind == Kind::Delegation && !happening.what.empty()) {
        lines << TimelineModel::tr("Share set %1").arg(visibleText(happening.what));
    } else if (happening.kind != Kind::Delegation && happening.life > 0) {
        lines << TimelineModel::tr("Within delegation %1").arg(happening.life);
    }
    return lines.join(u'\n');
}

}  // namespace

TimelineModel::TimelineModel(ProfileReader& reader, const Clock& clock, QObject* parent)
    : PagedModel(reader, parent), m_clock(clock)
{}

StateText TimelineModel::stateOf(const WalletHappening& happening)
{
    return happeningState(happening);
}

QString TimelineModel::wordsOf(const WalletHappening& happening)
{
    return happeningWords(happening);
}

void TimelineModel::setWallet(const std::string& walletId)
{
    if (walletId == m_walletId) {
        return refresh();
    }
    m_walletId = walletId;
    restart();
}

int TimelineModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant TimelineModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> names = {QString(), tr("State"), tr("What"), tr("When")};
    return section >= 0 && section < ColumnCount ? names[static_cast<std::size_t>(section)] : QVariant();
}

QVariant TimelineModel::cell(const WalletHappening& happening, int column, int role) const
{
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            if (column == State) {
                return happeningState(happening).word;
            }
            if (column == Time) {
                return relativeTime(happening.at, m_clock.now());
            }
            return column == Words ? happeningWords(happening) : QString();
        case Qt::ToolTipRole:
            return plainToolTip(column == State ? happeningState(happening).meaning
                                                : happeningToolTip(happening));
        case StateRole:
            return column == State || column == Rail ? QVariant::fromValue(happeningState(happening))
                                                     : QVariant();
        case EmphasisRole:
            return happening.kind == Kind::Delegation;
        case MutedRole:
            return column == Time;
        case CopyRole:
            return visibleText(happening.reference);
        default:
            return {};
    }
}

std::function<Result<std::vector<std::int64_t>>(Database&)> TimelineModel::idQuery() const
{
    return [walletId = m_walletId](Database& database) { return WalletTimeline(database).ids(walletId); };
}

std::function<Result<std::vector<WalletHappening>>(Database&)> TimelineModel::firstRowsQuery(int) const
{
    return [](Database&) { return Result<std::vector<WalletHappening>>(std::vector<WalletHappening>()); };
}

std::function<Result<std::vector<WalletHappening>>(Database&, const std::vector<std::int64_t>&)>
TimelineModel::rowQuery() const
{
    return [](Database& database, const std::vector<std::int64_t>& ids) {
        return WalletTimeline(database).rows(ids);
    };
}

}  // namespace countersign
