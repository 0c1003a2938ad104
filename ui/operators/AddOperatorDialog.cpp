#include "ui/operators/AddOperatorDialog.h"

#include "ui/text/OperatorText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QVBoxLayout>

namespace countersign {

namespace {
/// Longer than any key in groups; what is pasted beyond that is none.
constexpr qsizetype mostKeyCharacters = 400;
}  // namespace

AddOperatorDialog::AddOperatorDialog(OperatorControl& control, Reauthentication& reauthentication,
                                     const Clock& clock, QWidget* parent)
    : QDialog(parent), m_control(control)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Register an operator"));
    setMinimumWidth(580);
    build(reauthentication, clock);
    connect(m_key, &QPlainTextEdit::textChanged, this, &AddOperatorDialog::onKeyEdited);
    for (QLineEdit* field : {m_name, m_groups}) {
        connect(field, &QLineEdit::textChanged, this, [this] {
            m_problem->clear();
            update();
        });
    }
    connect(m_compared, &QCheckBox::toggled, this, &AddOperatorDialog::update);
    connect(m_shown->codeButton(), &QToolButton::toggled, this, &AddOperatorDialog::grow);
    connect(m_again, &ReauthenticationPanel::changed, this, &AddOperatorDialog::update);
    connect(m_again, &ReauthenticationPanel::submitted, this, &AddOperatorDialog::add);
    connect(&m_control, &OperatorControl::readyChanged, this, [this] {
        m_isAdding = m_isAdding && m_control.isReady();
        update();
    });
    m_name->setFocus();
    onKeyEdited();
}

void AddOperatorDialog::build(Reauthentication& reauthentication, const Clock& clock)
{
    auto* words =
        mutedLabel(tr("From then on this desk counts the approvals of whoever holds the key. Statements "
                      "that came before are counted, too. What is added is recorded."),
                   this);
    words->setWordWrap(true);
    m_name = new QLineEdit(this);
    m_name->setMaxLength(64);
    m_name->setAccessibleName(tr("Name of the operator"));
    m_key = new QPlainTextEdit(this);
    m_key->setTabChangesFocus(true);
    m_key->setFont(Theme::monospace(0.95));
    m_key->setPlaceholderText(tr("Paste it, or scan the QR code at their desk: 64 hex digits"));
    m_key->setAccessibleName(tr("Public key of the operator"));
    m_key->setFixedHeight(3 * m_key->fontMetrics().height());
    m_groups = new QLineEdit(this);
    m_groups->setPlaceholderText(tr("treasury, night"));
    m_groups->setAccessibleName(tr("Groups of the operator"));
    m_groups->setToolTip(tr("Policies can ask for approvals of a group."));
    auto* form = new QFormLayout;
    form->setSpacing(8);
    form->addRow(tr("&Name"), m_name);
    form->addRow(tr("&Public key"), m_key);
    form->addRow(tr("&Groups"), m_groups);
    m_again = new ReauthenticationPanel(reauthentication, clock, this);
    m_problem = plainLabel({}, this);
    m_problem->setProperty("role", QStringLiteral("bad"));
    m_problem->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_add = buttons->addButton(tr("Register"), QDialogButtonBox::ActionRole);
    setRole(m_add, QStringLiteral("primary"));
    m_add->setAutoDefault(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    layout->addWidget(words);
    layout->addLayout(form);
    layout->addWidget(buildComparison());
    layout->addWidget(m_again);
    layout->addWidget(m_problem);
    layout->addStretch(1);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_add, &QPushButton::clicked, this, &AddOperatorDialog::add);
}

QWidget* AddOperatorDialog::buildComparison()
{
    m_comparison = cardFrame(this);
    auto* ask = plainLabel(tr("Call them on a line that you know, and let them read you the words on their "
                              "page Operators. They must be these:"),
                           m_comparison);
    ask->setWordWrap(true);
    m_shown = new KeyView(false, m_comparison);
    m_compared = new QCheckBox(tr("I compared the words, and they are the same"), m_comparison);
    auto* layout = new QVBoxLayout(m_comparison);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(8);
    layout->addWidget(ask);
    layout->addWidget(m_shown);
    layout->addWidget(m_compared);
    m_comparison->hide();
    return m_comparison;
}

void AddOperatorDialog::onKeyEdited()
{
    const QString text = m_key->toPlainText();
    m_problem->clear();
    const auto key = text.size() > mostKeyCharacters
                         ? Result<ed25519::PublicKey>(
                               failure(ErrorCode::InvalidInput, tr("This is longer than any public key.")))
                         : typedOperatorKey(text);
    if (!key && !text.trimmed().isEmpty()) {
        m_problem->setText(key.error().sentence);
    }
    const std::optional<ed25519::PublicKey> typed = key ? std::optional(*key) : std::nullopt;
    if (typed != m_typed) {
        m_typed = typed;
        m_compared->setChecked(false);  // other words
        if (m_typed) {
            m_shown->show(*m_typed);
        }
    }
    m_comparison->setVisible(m_typed.has_value());
    update();
    grow();
}

void AddOperatorDialog::grow()
{
    layout()->activate();
    const int wanted =
        layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(width()) : sizeHint().height();
    if (height() < wanted) {
        resize(width(), wanted);
    }
}

void AddOperatorDialog::update()
{
    m_add->setEnabled(m_control.isReady() && !m_isAdding && m_typed && m_compared->isChecked() &&
                      !m_name->text().trimmed().isEmpty() && m_again->isGiven());
}

void AddOperatorDialog::add()
{
    if (!m_add->isEnabled()) {
        return;
    }
    const Operator one{.name = m_name->text().trimmed().toStdString(),
                       .publicKey = *m_typed,
                       .groups = typedGroups(m_groups->text()),
                       .addedAt = 0};
    m_again->obtain([this, one](const Reauthentication::Grant& grant) {
        m_isAdding = true;
        m_problem->clear();
        m_control.add(this, one, grant, [this](const Status& added) {
            m_isAdding = false;
            if (added) {
                accept();
                return;
            }
            m_problem->setText(added.error().sentence);
            update();
        });
        update();
    });
}

}  // namespace countersign
