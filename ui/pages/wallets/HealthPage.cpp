#include "ui/pages/wallets/HealthPage.h"

#include "core/health/report/HealthReport.h"
#include "ui/export/ExportButton.h"
#include "ui/inspection/InspectionPanel.h"
#include "ui/inspection/ReconcileDialog.h"
#include "ui/models/query/FilterText.h"
#include "ui/models/query/HealthQuery.h"
#include "ui/pages/dialogs/KeyUseDialog.h"
#include "ui/text/HealthText.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QComboBox>
#include <QHeaderView>
#include <QPushButton>

namespace countersign {

namespace {

QString latin(std::string_view text)
{
    return QString::fromLatin1(text.data(), qsizetype(text.size()));
}

/// A chart under its name.
QWidget* chartCard(const QString& title, BarChart* chart, QWidget* parent)
{
    QFrame* card = cardFrame(parent);
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(4);
    layout->addWidget(sectionLabel(title, card));
    layout->addWidget(chart);
    layout->addStretch(1);
    return card;
}

}  // namespace

HealthPage::HealthPage(ProfileReader& reader, const Clock& clock, WindowState& state, QWidget* parent)
    : PagedListPage(pageName, tr("Health"), state, parent),
      m_reader(reader),
      m_clock(clock),
      m_model(new HealthModel(reader, this)),
      m_detail(new HealthDetail(reader))
{
    table()->setModel(m_model);
    table()->setAccessibleName(tr("What is wrong, the gravest first"));
    table()->setColumnWidths({104, 150, 150, 200});
    table()->horizontalHeader()->setStretchLastSection(true);
    table()->setDropOrder({HealthModel::Title});
    begin(m_model, m_detail,
          {tr("The health cannot be read"),
           tr("Known tokens are severity:, kind: and age: (days after which a delegation is called old); "
              "everything else is searched for in addresses, ids and subjects."),
           tr("No finding matches"), tr("Nothing of what is wrong fits this filter.")});
    setFilterHelp(tr("Filter: address, severity:critical age:90"),
                  tr("Words match address, wallet id, user id and subject.\nTokens: severity:critical, "
                     "kind:wallet.neverUsed, age:90"));
    buildHead();
    buildControls();
    connect(m_detail, &HealthDetail::mendWanted, this, &HealthPage::mend);
    connect(m_detail, &HealthDetail::revokeWanted, this, &HealthPage::revokeWanted);
    restoreState();
    updateState();
}

void HealthPage::buildHead()
{
    auto* head = new QWidget(this);
    m_states = new BarChart(tr("Wallets by state"), head);
    m_gravity = new BarChart(tr("Findings by gravity"), head);
    m_verified = mutedLabel({}, head);
    m_checked = mutedLabel({}, head);
    QFrame* age = cardFrame(head);
    auto* ages = new QVBoxLayout(age);
    ages->setContentsMargins(12, 8, 12, 8);
    ages->setSpacing(6);
    ages->addWidget(sectionLabel(tr("How old this is"), age));
    for (QLabel* label : {m_verified, m_checked}) {
        label->setWordWrap(true);
        ages->addWidget(label);
    }
    auto* unseen = new QPushButton(tr("Not seen for 30 days …"), age);
    unseen->setToolTip(tr("Active wallets of which Dynamic has not said for 30 days that all is well"));
    connect(unseen, &QPushButton::clicked, this,
            [this] { Q_EMIT walletsWanted(QStringLiteral("unseen:30")); });
    ages->addStretch(1);
    ages->addWidget(unseen, 0, Qt::AlignLeft);
    m_ages = ages;
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(chartCard(tr("Wallets"), m_states, head), 3);
    layout->addWidget(chartCard(tr("What is wrong"), m_gravity, head), 3);
    layout->addWidget(age, 4);
    addHead(head);
    connect(m_states, &BarChart::barChosen, this,
            [this](const QString& status) { Q_EMIT walletsWanted(QStringLiteral("status:") + status); });
    connect(m_gravity, &BarChart::barChosen, this, [this](const QString& severity) {
        setFilterText(withToken(filterField()->text(), QStringLiteral("severity"), severity));
    });
}

void HealthPage::buildControls()
{
    QList<QPair<QString, QString>> severities;
    for (const HealthSeverity severity :
         {HealthSeverity::Critical, HealthSeverity::Error, HealthSeverity::Warning, HealthSeverity::Info}) {
        severities.append({stateText(severity).word, latin(toText(severity))});
    }
    addChoice(QStringLiteral("severity"), tr("Gravity"), severities);
    QList<QPair<QString, QString>> kinds;
    for (const HealthRule rule : allHealthRules()) {
        kinds.append({healthRuleName(rule), latin(toText(rule)).toLower()});
    }
    QComboBox* kind = addChoice(QStringLiteral("kind"), tr("What"), kinds);
    kind->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    kind->setMinimumContentsLength(20);
    auto* keys = new QPushButton(tr("Keys …"), this);
    keys->setIcon(themeIcon(QStringLiteral("key")));
    keys->setToolTip(tr("Which wallets still need which RSA key"));
    connect(keys, &QPushButton::clicked, this, &HealthPage::openKeys);
    addControl(keys);

    const auto report = [this](const char* format) {
        return [this, format = std::string(format)]() -> ExportTask::Write {
            return [format, question = m_model->question(), filter = m_model->filter()](Database& database,
                                                                                        ExportSink& sink) {
                qint64 parts = 0;
                return writeHealthReport(database, question, filter, *healthReportOf(format),
                                         [&](std::string_view part) {
                                             sink.progress(std::max<qint64>(0, parts++ - 1), 0);
                                             return sink.write(part);
                                         });
            };
        };
    };
    m_export = new ExportButton(m_reader, QStringLiteral("health"),
                                {{tr("HTML, to print …"), QStringLiteral("html"), report("html")},
                                 {QStringLiteral("CSV …"), QStringLiteral("csv"), report("csv")},
                                 {QStringLiteral("JSON …"), QStringLiteral("json"), report("json")}},
                                this);
    addLastControl(m_export);
}

KeyUseDialog* HealthPage::openKeys()
{
    auto* dialog = new KeyUseDialog(m_reader, m_model->question(), this);
    connect(dialog, &KeyUseDialog::walletsWanted, this,
            [this](const QString& kid) { Q_EMIT walletsWanted(QStringLiteral("key:") + kid); });
    dialog->open();
    return dialog;
}

void HealthPage::setTrust(const SettingsTrust& trust)
{
    if (trust == m_trust) {
        return;
    }
    m_trust = trust;
    refresh();
}

void HealthPage::setInspection(InspectionControl& control)
{
    constexpr int afterTheAges = 3;  // their title and two sentences
    m_control = &control;
    m_inspection = new InspectionPanel(control, this);
    m_ages->insertWidget(afterTheAges, m_inspection);
    connect(m_inspection, &InspectionPanel::messagesWanted, this, &HealthPage::openReconcile);
}

ReconcileDialog* HealthPage::openReconcile()
{
    auto* dialog = new ReconcileDialog(*m_control, m_clock, this);
    dialog->open();
    return dialog;
}

void HealthPage::updateQuestion()
{
    HealthQuestion question;
    question.now = m_clock.now();
    question.limits.maxAge = m_maxAge;
    question.tampered = m_trust.findings;
    question.trustProblem = m_trust.problem;
    m_model->setQuestion(question);
    m_detail->setQuestion(question);
}

void HealthPage::start()
{
    if (!m_started) {
        m_started = true;
        updateQuestion();
        m_model->start();
        readSummary();
    }
}

void HealthPage::refresh()
{
    if (m_started) {
        updateQuestion();
        PagedListPage::refresh();
        readSummary();
    }
}

void HealthPage::readSummary()
{
    if (m_loading) {
        m_readAgain = true;
        return;
    }
    m_loading = true;
    m_reader.query(
        this,
        [question = m_model->question()](Database& database) -> Result<Known> {
            const HealthReader reader(database, question);
            Known known;
            ASSIGN_OR_RETURN(known.summary, reader.summary());
            ASSIGN_OR_RETURN(known.counts, reader.counts());
            return known;
        },
        [this](const Result<Known>& known) { take(known); });
}

void HealthPage::take(const Result<Known>& known)
{
    m_loading = false;
    if (known) {
        QList<BarChart::Bar> states;
        for (const WalletStatus status : {WalletStatus::Active, WalletStatus::Unusable, WalletStatus::Revoked,
                                          WalletStatus::Superseded}) {
            const StateText text = stateText(status);
            const auto found = known->summary.byStatus.find(std::string(toText(status)));
            states.append({latin(toText(status)), text.word,
                           found == known->summary.byStatus.end() ? 0 : found->second, text.tone});
        }
        m_states->setBars(states);
        QList<BarChart::Bar> gravity;
        for (const HealthSeverity severity : {HealthSeverity::Critical, HealthSeverity::Error,
                                              HealthSeverity::Warning, HealthSeverity::Info}) {
            qint64 count = 0;
            for (const auto& [kind, findings] : known->counts) {
                count += kind.first == severity ? findings : 0;
            }
            const StateText text = stateText(severity);
            if (severity != HealthSeverity::Error || count > 0) {
                gravity.append({latin(toText(severity)), text.word, count, text.tone});
            }
        }
        m_gravity->setBars(gravity);
        m_verified->setText(verifiedSentence(known->summary));
        m_checked->setText(environmentCheckSentence(known->summary));
    } else {
        m_verified->setText(known.error().sentence);
    }
    if (std::exchange(m_readAgain, false)) {
        readSummary();
    }
}

void HealthPage::applyFilter(const QString& text)
{
    showChoices(FilterText::parse(text, HealthQuery::tokenNames()).tokens);
    const HealthQuery query = HealthQuery::parse(text);
    if (query.complaint.isEmpty() && query.maxAge != m_maxAge) {
        m_maxAge = query.maxAge;
        updateQuestion();
        if (m_started) {
            readSummary();
        }
    }
    apply(query, *m_model);
}

void HealthPage::mend(const HealthFinding& finding)
{
    switch (mendPlace(finding.rule)) {
        case MendPlace::Wallet:
            Q_EMIT walletWanted(rowOfFinding(finding.id));
            break;
        case MendPlace::Quarantine:
            Q_EMIT quarantineWanted(QStringLiteral("reason:undecryptable"));
            break;
        case MendPlace::Settings:
            Q_EMIT settingsWanted();
            break;
        case MendPlace::Keys:
            openKeys();
            break;
        case MendPlace::Nowhere:
            break;
    }
}

void HealthPage::showEmpty()
{
    showState(
        QStringLiteral("check"), tr("Nothing is wrong that is known here"),
        tr("Every wallet was used, and nothing of keys, settings, relay and clocks needs you. What Dynamic "
           "was never asked is not known; the line above says when it was."),
        tr("Look again"));
}

void HealthPage::onEmptyAction()
{
    refresh();
}

}  // namespace countersign
