#include "ui/pages/OverviewPage.h"

#include "ui/revocation/WaitingRevocations.h"
#include "ui/text/JobText.h"
#include "ui/text/StateText.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QFrame>
#include <QHeaderView>
#include <QLocale>
#include <QPushButton>

namespace countersign {

namespace {

QFrame* card(QWidget* parent)
{
    auto* frame = new QFrame(parent);
    frame->setProperty("role", QStringLiteral("card"));
    return frame;
}

QString number(std::int64_t value)
{
    return QLocale().toString(static_cast<qlonglong>(value));
}

}  // namespace

OverviewPage::OverviewPage(ProfileReader& reader, const Clock& clock, QWidget* parent)
    : Page(parent), m_reader(reader), m_clock(clock), m_recent(new DeliveryModel(reader, clock, this))
{
    auto* relay = card(this);
    m_relayIcon = new QLabel(relay);
    m_relayText = plainLabel({}, relay, Theme::font(1.25, QFont::DemiBold));
    m_relaySentence = mutedLabel({}, relay);
    m_relaySentence->setWordWrap(true);
    auto* relayHead = new QHBoxLayout;
    relayHead->setSpacing(8);
    relayHead->addWidget(m_relayIcon);
    relayHead->addWidget(m_relayText, 1);
    auto* relayLayout = new QVBoxLayout(relay);
    relayLayout->setContentsMargins(16, 12, 16, 12);
    relayLayout->addLayout(relayHead);
    relayLayout->addWidget(m_relaySentence);

    auto* wallets = card(this);
    m_wallets = plainLabel({}, wallets, Theme::font(1.25, QFont::DemiBold));
    m_walletsText = mutedLabel({}, wallets);
    auto* walletsLayout = new QVBoxLayout(wallets);
    walletsLayout->setContentsMargins(16, 12, 16, 12);
    walletsLayout->addWidget(m_wallets);
    walletsLayout->addWidget(m_walletsText);

    auto* jobs = card(this);
    m_jobs = plainLabel({}, jobs, Theme::font(1.25, QFont::DemiBold));
    m_jobsText = mutedLabel({}, jobs);
    m_jobsText->setWordWrap(true);
    m_toJobs = new QPushButton(tr("Show them"), jobs);
    m_toJobs->setAccessibleName(tr("Show the jobs that wait"));
    auto* jobsHead = new QHBoxLayout;
    jobsHead->addWidget(m_jobs, 1);
    jobsHead->addWidget(m_toJobs);
    auto* jobsLayout = new QVBoxLayout(jobs);
    jobsLayout->setContentsMargins(16, 12, 12, 12);
    jobsLayout->addLayout(jobsHead);
    jobsLayout->addWidget(m_jobsText);
    connect(m_toJobs, &QPushButton::clicked, this,
            [this] { Q_EMIT jobsWanted(QStringLiteral("is:waiting")); });

    auto* cards = new QHBoxLayout;
    cards->setSpacing(16);
    cards->addWidget(jobs, 1);
    cards->addWidget(relay, 1);
    cards->addWidget(wallets, 1);

    m_problems = new QWidget(this);
    m_problemRows = new QVBoxLayout(m_problems);
    m_problemRows->setContentsMargins(0, 0, 0, 0);
    m_problemRows->setSpacing(8);

    m_table = new DataTable(this);
    m_table->setModel(m_recent);
    m_table->setAccessibleName(tr("Recent deliveries"));
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setColumnWidths({150, 300, 200, 130, 90});
    m_table->setDropOrder({DeliveryModel::WalletId, DeliveryModel::Delay});

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 16);
    layout->setSpacing(12);
    m_title = plainLabel(tr("Overview"), this, Theme::font(1.6, QFont::DemiBold));
    layout->addWidget(m_title);
    layout->addLayout(cards);
    layout->addSpacing(4);
    layout->addWidget(plainLabel(tr("What is wrong"), this, Theme::font(1.25, QFont::DemiBold)));
    layout->addWidget(m_problems);
    m_sections = new QVBoxLayout;
    layout->addLayout(m_sections);
    layout->addSpacing(4);
    layout->addWidget(plainLabel(tr("Recent deliveries"), this, Theme::font(1.25, QFont::DemiBold)));
    layout->addWidget(m_table, 1);

    connect(m_table, &DataTable::opened, this,
            [this](const QModelIndex& index) { Q_EMIT deliveryChosen(m_recent->idAt(index.row())); });
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        recolour();
        refresh();
    });
}

void OverviewPage::setWaiting(WaitingRevocations* waiting)
{
    m_waiting = waiting;
    m_sections->addWidget(waiting);
}

bool OverviewPage::isSettled() const
{
    return !m_loading && m_recent->isSettled() && (m_waiting == nullptr || m_waiting->isSettled());
}

void OverviewPage::repaintTimes()
{
    m_recent->repaintRows();
    if (m_waiting != nullptr) {
        m_waiting->repaintTimes();
    }
}

void OverviewPage::start()
{
    if (!m_started) {
        m_started = true;
        m_recent->start();
        refresh();
    }
}

void OverviewPage::refresh()
{
    if (!m_started) {
        return;
    }
    m_loading = true;
    m_recent->refresh();
    if (m_waiting != nullptr) {
        m_waiting->refresh();
    }
    m_reader.query(
        this, [](Database& database) { return read(database); },
        [this](const Result<Facts>& facts) { take(facts); });
}

Result<OverviewPage::Facts> OverviewPage::read(Database& database)
{
    const WalletCatalog wallets(database);
    const auto count = [&](const WalletFilter& filter) -> Result<std::int64_t> {
        return wallets.ids(filter, {}).map([](const auto& ids) {
            return static_cast<std::int64_t>(ids.size());
        });
    };
    Facts facts;
    ASSIGN_OR_RETURN(const auto all, wallets.count());
    ASSIGN_OR_RETURN(const auto active, count({.status = WalletStatus::Active}));
    ASSIGN_OR_RETURN(const auto quarantined, QuarantineCatalog(database).counts());
    facts.wallets = all;
    facts.active = active;
    facts.quarantine = quarantined;
    const JobCatalog jobs(database);
    facts.jobs = jobs.counts().value_or(JobCatalog::Counts());
    facts.next = jobs.firstRows({.group = JobFilter::Group::Waiting},
                                {.column = JobOrder::Column::Expires, .descending = false}, 1)
                     .value_or(std::vector<Job>());
    for (const WalletHealth health : {WalletHealth::Undecryptable, WalletHealth::AddressMismatch,
                                      WalletHealth::CredentialRefused, WalletHealth::PasswordProtected}) {
        const auto wallet = count({.health = health});
        if (wallet && *wallet > 0) {
            facts.problems.emplace_back(health, *wallet);
        }
    }
    return facts;
}

void OverviewPage::take(const Result<Facts>& facts)
{
    m_loading = false;
    if (!facts) {
        m_wallets->setText(tr("The profile cannot be read"));
        m_walletsText->setText(facts.error().sentence);
        return;
    }
    m_wallets->setText(facts->active == 1 ? tr("1 active wallet")
                                          : tr("%1 active wallets").arg(number(facts->active)));
    m_walletsText->setText(tr("of %1 that were ever delegated here").arg(number(facts->wallets)));
    m_facts = *facts;
    showJobs(*facts);
    showProblems(*facts);
}

void OverviewPage::setTrust(const SettingsTrust& trust)
{
    m_trust = trust;
    if (m_facts) {
        showProblems(*m_facts);
    }
}

void OverviewPage::addTrustProblem()
{
    QStringList sentences;
    if (!m_trust.problem.isEmpty()) {
        sentences << m_trust.problem;
    }
    for (const TrustFinding& finding : m_trust.findings) {
        sentences << finding.sentence();
    }
    addProblem(QStringLiteral("settings"), tr("Settings changed outside Countersign"), sentences.join(u' '),
               tr("Open Settings"), [this] { Q_EMIT settingsWanted(); });
}

void OverviewPage::showJobs(const Facts& facts)
{
    m_jobs->setText(facts.jobs.waiting == 0   ? tr("No job waits for you")
                    : facts.jobs.waiting == 1 ? tr("1 job waits for you")
                                              : tr("%1 jobs wait for you").arg(number(facts.jobs.waiting)));
    m_toJobs->setVisible(facts.jobs.waiting > 0);
    QString text =
        facts.jobs.running == 0 ? tr("none is running") : tr("%1 running").arg(number(facts.jobs.running));
    if (!facts.next.empty()) {
        const Countdown left = countdown(facts.next.front().expiresAt, m_clock.now());
        text = (left.expired ? tr("the next one has expired")
                             : tr("the next one expires in %1").arg(left.text)) +
               QStringLiteral(" · ") + text;
    }
    m_jobsText->setText(text.left(1).toUpper() + text.mid(1));
}

void OverviewPage::showProblems(const Facts& facts)
{
    while (QLayoutItem* item = m_problemRows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    if (!m_trust.isGood()) {
        addTrustProblem();
    }
    for (const auto& [health, count] : facts.problems) {
        const StateText text = stateText(health);
        const QString token = QString::fromStdString("health:" + std::string(toText(health)));
        addProblem(
            text.icon,
            tr("%1: %2").arg(text.word, count == 1 ? tr("1 wallet") : tr("%1 wallets").arg(number(count))),
            text.meaning, tr("Show them"), [this, token] { Q_EMIT walletsWanted(token); });
    }
    if (facts.quarantine.waiting > 0) {
        addQuarantineProblem(facts.quarantine);
    }
    if (m_problemRows->count() == 0) {
        m_problemRows->addWidget(mutedLabel(tr("Nothing. No wallet and no delivery needs you."), m_problems));
    }
}

void OverviewPage::addQuarantineProblem(const QuarantineCatalog::Counts& counts)
{
    QStringList sentences = {tr("They could not be accepted; each says what would mend it.")};
    if (counts.genuine > 0 && counts.genuine < counts.waiting) {
        sentences.prepend(tr("Genuine of them: %1.").arg(number(counts.genuine)));
    }
    if (counts.notKept > 0) {
        sentences << tr("Forged ones that were not kept: %1.").arg(number(counts.notKept));
    }
    // Forgeries in their thousands must not hide the one that is genuine.
    const QString filter =
        counts.genuine > 0 && counts.genuine < counts.waiting ? QStringLiteral("is:genuine") : QString();
    addProblem(QStringLiteral("quarantine"),
               counts.waiting == 1 ? tr("Quarantine: 1 delivery")
                                   : tr("Quarantine: %1 deliveries").arg(number(counts.waiting)),
               sentences.join(u' '), tr("Open Quarantine"),
               [this, filter] { Q_EMIT quarantineWanted(filter); });
}

void OverviewPage::addProblem(const QString& icon, const QString& words, const QString& remedy,
                              const QString& action, std::function<void()> open)
{
    auto* row = card(m_problems);
    auto* picture = new QLabel(row);
    picture->setPixmap(iconPixmap(icon, Theme::instance().colors().bad.text, 20, devicePixelRatioF()));
    auto* button = new QPushButton(action, row);
    button->setAccessibleName(tr("%1: %2").arg(words, action));
    QLabel* meaning = mutedLabel(remedy, row);
    meaning->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(12, 6, 8, 6);
    layout->setSpacing(12);
    layout->addWidget(picture);
    layout->addWidget(sectionLabel(words, row));
    layout->addWidget(meaning, 1);
    layout->addWidget(button);
    connect(button, &QPushButton::clicked, this, std::move(open));
    m_problemRows->addWidget(row);
}

void OverviewPage::setLiveness(const Liveness::Status& status)
{
    m_liveness = status;
    recolour();
}

void OverviewPage::recolour()
{
    const ThemeColors& colors = Theme::instance().colors();
    const QColor ink = m_liveness.tone == Tone::Neutral ? colors.muted : colors.tone(m_liveness.tone).text;
    m_relayIcon->setPixmap(iconPixmap(QStringLiteral("relay"), ink, 20, devicePixelRatioF()));
    const QString text = m_liveness.text;
    m_relayText->setText(text.left(1).toUpper() + text.mid(1));
    m_relaySentence->setText(m_liveness.sentence.isEmpty() ? tr("Deliveries arrive as they are sent.")
                                                           : m_liveness.sentence);
}

}  // namespace countersign
