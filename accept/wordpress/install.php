<?php
// Installs the blog and gives each role an account with an application password; prints them as one JSON object.
$_SERVER['HTTP_HOST'] = '127.0.0.1';
define('WP_INSTALLING', true);
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/taxonomy.php';

if (!is_blog_installed()) {
    wp_install('Archive des partenaires', 'admin', 'admin@example.test', true, '', wp_generate_password(24));
    update_option('permalink_structure', '/%year%/%monthnum%/%day%/%postname%/');
    update_option('timezone_string', 'Africa/Bamako');
}
wp_cache_flush();
foreach (json_decode($argv[2], true) as $slug => $name) {
    if (!get_term_by('slug', $slug, 'category')) {
        wp_insert_term($name, 'category', ['slug' => $slug]);
    }
}
$accounts = [];
foreach (['author', 'editor', 'contributor'] as $role) {
    $login = 'djoliba-' . $role;
    $id = username_exists($login) ?: wp_insert_user([
        'user_login' => $login, 'user_pass' => wp_generate_password(24),
        'user_email' => $login . '@example.test', 'role' => $role,
    ]);
    WP_Application_Passwords::delete_all_application_passwords($id);
    $created = WP_Application_Passwords::create_new_application_password($id, ['name' => 'djoliba']);
    $accounts[$role] = ['user' => $login, 'password' => WP_Application_Passwords::chunk_password($created[0])];
}
global $wp_version;
echo json_encode(['version' => $wp_version, 'accounts' => $accounts]);
