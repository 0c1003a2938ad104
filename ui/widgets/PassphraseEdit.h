#pragma once

#include "core/base/SecretBytes.h"

#include <QWidget>

namespace countersign {

/// An input field for a passphrase that writes each character straight into guarded memory and shows a dot
/// for it. Qt's line edit keeps what is typed in an ordinary string that lives on in freed memory. Pasting
/// works; copying does not. No input method: composed text would be kept by it.
class PassphraseEdit : public QWidget
{
    Q_OBJECT

public:
    explicit PassphraseEdit(QWidget* parent = nullptr);

    bool isEmpty() const { return m_size == 0; }
    /// UTF-8; the field is empty afterwards.
    SecretBytes take();
    void clear();
    /// What stands in the empty field; "Passphrase" unless set.
    void setPlaceholder(const QString& text);
    QSize sizeHint() const override { return {280, 32}; }

    static constexpr std::size_t capacity = 1024;

Q_SIGNALS:
    void changed();
    void submitted();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void append(const QString& text);
    void removeLast();
    int characters() const;

    QString m_placeholder;
    SecretBytes m_buffer;
    std::size_t m_size = 0;
};

}  // namespace countersign
