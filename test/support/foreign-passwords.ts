/** A password and its hash as another system made it. */
export interface ForeignPassword {
  readonly origin: string;
  readonly password: string;
  readonly passwordHash: string;
  /** Firebase's alone. */
  readonly passwordSalt?: string;
}

/** The parameters of the project in the README of github.com/firebase/scrypt, as the console shows them. */
export const firebaseParameters = `hash_config {
  algorithm: SCRYPT,
  base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,
  base64_salt_separator: Bw==,
  rounds: 8,
  mem_cost: 14,
}
`;

const password = 'correct horse é';

/** Made by the algorithms of those who made them first, none by the code that is tested. */
export const foreignPasswords: readonly ForeignPassword[] = [
  // The example of OpenBSD's and jBCrypt's tests, and libxcrypt's crypt(3).
  {
    origin: 'bcrypt 2a',
    password: 'abc',
    passwordHash: '$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i',
  },
  {
    origin: 'bcrypt 2b',
    password,
    passwordHash: '$2b$10$abcdefghijklmnopqrstuuZ0/Np6wnpEpZKqYj9XzXobghV5xdBGG',
  },
  {
    origin: 'bcrypt 2y',
    password,
    passwordHash: '$2y$05$abcdefghijklmnopqrstuuNKTrdYIyJepeBe0WMJS4ZyMwX4aEJLK',
  },
  // Where Django's name stands before the hash.
  {
    origin: 'bcrypt of Django',
    password,
    passwordHash: 'bcrypt$$2b$10$abcdefghijklmnopqrstuuZ0/Np6wnpEpZKqYj9XzXobghV5xdBGG',
  },
  // RFC 7914 §12, the third vector.
  {
    origin: 'scrypt of the RFC',
    password: 'pleaseletmein',
    passwordHash:
      '$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw',
  },
  // passlib's documentation.
  {
    origin: 'scrypt of passlib',
    password: 'password',
    passwordHash: '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
  },
  {
    origin: 'pbkdf2 of passlib',
    password: 'toomanysecrets',
    passwordHash: '$pbkdf2-sha256$29000$N2YMIWQsBWBMae09x1jrPQ$1t8iyB2A.WF/Z5JZv.lfCIhXXN33N23OSgQYThBYRfk',
  },
  // By hashlib of Python, as Django's hashers call it.
  {
    origin: 'scrypt of Django',
    password,
    passwordHash:
      'scrypt$16384$seasaltseasalt$8$5$woSlOFSGYCjkIi/WQSYfjfqHeA2JXglaU6/UDlX7qNzafGnRmASVt1S80WOsg7i7CZ8IlsmHtepY6Qm0Z7uUIg==',
  },
  {
    origin: 'pbkdf2 of Django',
    password,
    passwordHash: 'pbkdf2_sha256$260000$seasaltseasalt$VVa7DP05DmJPOb+CQh6uDbkbib0VKq8EgtdQFQwapAU=',
  },
  {
    origin: 'pbkdf2 with SHA-1',
    password,
    passwordHash: 'pbkdf2_sha1$20000$seasaltseasalt$UmCPd5563L7z4OCtpFVN5rlfdos=',
  },
  {
    origin: 'pbkdf2 with SHA-512',
    password,
    passwordHash:
      '$pbkdf2-sha512$i=25000,l=64$MDEyMzQ1Njc4OWFiY2RlZg$tLdr5d3pFJ8uyU1p8hSH7RGNZg8NsGi3ffoUP5MayJHZwUJDteYyOtJW63C4azyzioF94HWlzUOWpvgetov8hA',
  },
  {
    origin: 'scrypt as s0',
    password,
    passwordHash: '$s0$e0801$MDEyMzQ1Njc4OWFiY2RlZg==$uxta5XGl374w6zXb1ch1M4DN7PeE/6pJNTOpqt3Xg9w=',
  },
  // By Werkzeug itself.
  {
    origin: 'scrypt of Werkzeug',
    password,
    passwordHash:
      'scrypt:32768:8:1$y88woM8zXfAowXXe$93384ae353c418b500f494f9c8ddf2bff4c392de07d64d6416db058dff6afe4b4a7fc0c77723893f4d74252801547fc39defece2c83d653f2aca035f0450d601',
  },
  {
    origin: 'pbkdf2 of Werkzeug',
    password,
    passwordHash:
      'pbkdf2:sha256:50000$3GzrmOE0OjSHvT0D$44eec29999ff2e6e2fb38a5b9cca118262fe2a853602f52365550c8d69a6866c',
  },
  // A ligature: the bytes that were typed were hashed, not those of NFKC.
  {
    origin: 'a password that NFKC changes',
    password: 'ﬁne ligature Å',
    passwordHash:
      'pbkdf2:sha256:5000$cyVrRISexbvAUB1v$ced83788cff5bd17519a66b673a3df23304457c33ec0b38e6eeedf3bc24759eb',
  },
  {
    origin: 'a password that was typed decomposed',
    password: 'Cafe\u0301 cre\u0300me',
    passwordHash:
      'pbkdf2:sha256:5000$HxvwYiODs85CZ4Nu$9970a7d95af6d9a155ac6f021fbda122399c2ad0e30afec1ea9be972c3060b6f',
  },
  // The tests of the reference implementation, github.com/P-H-C/phc-winner-argon2.
  {
    origin: 'argon2i',
    password: 'password',
    passwordHash: '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA',
  },
  {
    origin: 'argon2id',
    password: 'password',
    passwordHash: '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  },
  // The README of github.com/firebase/scrypt.
  {
    origin: 'Firebase',
    password: 'user1password',
    passwordHash: 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
    passwordSalt: '42xEC+ixf3L2lw==',
  },
];
